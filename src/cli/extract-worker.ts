import { parentPort, workerData } from 'node:worker_threads'
import { extractBatch, type LineBatch, type LineSettings } from './extract-lines.ts'

/** Entry of a worker thread of `tilth extract --jsonl`: one batch of lines after another. */
const port = parentPort
if (port !== null) {
  port.on('message', (batch: LineBatch) => {
    const results = extractBatch(batch, workerData as LineSettings)
    port.postMessage(results, [results.bytes.buffer])
  })
}

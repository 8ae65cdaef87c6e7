import { parentPort, workerData } from 'node:worker_threads'
import { loadTokenizer } from './load-tokenizer.ts'
import { tokenizeBatch } from './text-batch.ts'

/** Entry of a worker thread of `tilth tokenize`: one batch of texts after another. */
const port = parentPort
if (port !== null) {
  const tokenizer = loadTokenizer(workerData as string)
  port.on('message', (texts: readonly string[]) => {
    const batch = tokenizeBatch(texts, tokenizer)
    port.postMessage(batch, [batch.ids.buffer])
  })
}

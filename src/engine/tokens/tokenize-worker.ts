import { parentPort, workerData } from 'node:worker_threads'
import { loadTokenizer } from './load-tokenizer.ts'
import { batchTokenizer, type TokenizeSettings } from './text-batch.ts'

/** Entry of a worker thread of `tilth tokenize`: one batch of texts after another. */
const port = parentPort
if (port !== null) {
  const settings = workerData as TokenizeSettings
  const tokenize = batchTokenizer(settings, loadTokenizer(settings.encoding))
  port.on('message', (texts: readonly string[]) => {
    const batch = tokenize(texts)
    const { ids, mask } = batch
    port.postMessage(batch, mask === undefined ? [ids.buffer] : [ids.buffer, mask.buffer])
  })
}

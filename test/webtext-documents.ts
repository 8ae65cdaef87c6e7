import { Buffer } from 'node:buffer'
import type { Document, Meta } from '../src/model/document.ts'
import type { PayloadRecord } from '../src/model/record.ts'

const origin = { uri: 'test', input: '0'.repeat(64), record: 0 }

/** A document as the engine would hand it to a stage. */
export function documentOf(text: string, meta: Meta = {}, id = '1'): Document {
  return { id, text, meta, origin }
}

/** A record as a container would hand it to a stage. */
export function recordOf(body: string | Uint8Array, rest: Partial<PayloadRecord> = {}): PayloadRecord {
  return {
    format: 'test',
    position: 0,
    fields: {},
    ...rest,
    body: typeof body === 'string' ? Buffer.from(body) : body,
  }
}

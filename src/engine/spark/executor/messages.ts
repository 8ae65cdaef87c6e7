import { readSync, writeSync } from 'node:fs'

/** What the bridge and the program on an executor send each other: a byte, a length, and so many bytes. */
export type Message = { readonly kind: 'unit' | 'arrow' | 'end' | 'error'; readonly body: Uint8Array }

/** A unit begins, as JSON; a part of a table, as an Arrow stream; the unit is over; nothing more can be done, as JSON. */
const KINDS = { unit: 1, arrow: 2, end: 3, error: 4 } as const
const NAMES = new Map<number, Message['kind']>([
  [KINDS.unit, 'unit'],
  [KINDS.arrow, 'arrow'],
  [KINDS.end, 'end'],
  [KINDS.error, 'error'],
])

/** Head of a message: its kind, and the length of its body as u32, little-endian. */
const HEAD = 5

/** Reads one message, waiting for it; `undefined` at the end. Nothing else happens in this process meanwhile. */
export function readMessage(file: number): Message | undefined {
  const head = readExactly(file, HEAD)
  if (head === undefined) return undefined
  const kind = NAMES.get(head[0] ?? 0)
  if (kind === undefined) throw new Error(`message of unknown kind ${head[0]}`)
  const body = readExactly(file, head.readUInt32LE(1))
  if (body === undefined) throw new Error('the input ended within a message')
  return { kind, body }
}

export function writeMessage(file: number, kind: Message['kind'], body: Uint8Array = new Uint8Array()): void {
  const head = Buffer.alloc(HEAD)
  head[0] = KINDS[kind]
  head.writeUInt32LE(body.length, 1)
  writeAll(file, head)
  writeAll(file, body)
}

function readExactly(file: number, length: number): Buffer | undefined {
  const bytes = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const read = readSync(file, bytes, filled, length - filled, null)
    if (read === 0) {
      if (filled === 0) return undefined
      throw new Error('the input ended within a message')
    }
    filled += read
  }
  return bytes
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at)
}

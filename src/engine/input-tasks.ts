import { createHash } from 'node:crypto'
import { formatNamed } from '../formats/catalogue.ts'
import { openSource } from '../formats/source/source.ts'
import type { Split } from '../model/record.ts'
import type { InputFile } from './inputs.ts'

/** Identity of an input's content. */
export interface InputIdentity {
  /** SHA-256 of its bytes, lower-case hex. */
  readonly hash: string
  readonly bytes: number
  readonly etag: string
}

/** Reads inputs once, for their hashes. */
export async function hashInputs(
  _context: unknown,
  task: { readonly uris: readonly string[] },
): Promise<readonly InputIdentity[]> {
  const identities: InputIdentity[] = []
  for (const uri of task.uris) identities.push(await identityOf(uri))
  return identities
}

async function identityOf(uri: string): Promise<InputIdentity> {
  const source = await openSource(uri)
  const hash = createHash('sha256')
  for await (const chunk of source.read(0, source.size)) hash.update(chunk)
  return { hash: hash.digest('hex'), bytes: source.size, etag: source.etag }
}

/** About this many bytes as stored go into one unit of work, so that one big file uses every core. */
export const SPLIT_BYTES = 8 << 20

/** Cuts an input into splits. */
export async function splitInput(
  _context: unknown,
  task: { readonly file: InputFile },
): Promise<readonly Split[]> {
  const source = await openSource(task.file.uri)
  return formatNamed(task.file.format).split(source, task.file.options, SPLIT_BYTES)
}

import { exportTokenSet } from '../engine/tokens/export-token-set.ts'
import { openTokenSet } from '../engine/tokens/token-set.ts'
import type { TokenFormat } from '../formats/tokens/token-file.ts'
import { TilthError } from '../model/error.ts'
import { artefactNames } from '../store/artefact.ts'
import type { Store } from '../store/store.ts'
import { bytes, count, counted, shortPath } from './terminal.ts'

interface Flags {
  readonly to: TokenFormat
  readonly out: string
  readonly force: boolean
}

/** Whether a name is that of an artefact and of no dataset. */
export function isTokens(store: Store, ref: string): boolean {
  const name = nameOf(ref)
  return artefactNames(store).includes(name) && !store.datasets().includes(name)
}

/** Writes a token set as shards that training reads. @throws TilthError `usage` where it is a version of texts. */
export async function exportTokens(store: Store, ref: string, { to, out, force }: Flags): Promise<void> {
  if (force) {
    throw new TilthError('usage', '--force is of versions: tokens go into a folder that is not there yet')
  }
  if (!artefactNames(store).includes(nameOf(ref)) && store.datasets().includes(nameOf(ref))) {
    throw new TilthError('usage', `--to ${to}: ${ref} is a version, and holds texts`, {
      hint: `make tokens of it first: tilth tokenize ${ref} --encoding NAME --into NAME`,
    })
  }
  const set = openTokenSet(store, ref)
  const made = await exportTokenSet(set, to, out)
  const size = made.files.reduce((sum, file) => sum + file.bytes, 0)
  process.stdout.write(
    `${set.ref}: ${count(set.set.tokens)} tokens of ${counted(set.set.documents, 'document')} in ${counted(made.files.length, 'file')}, ${bytes(size)}, in ${shortPath(made.dir, process.cwd())}\n`,
  )
}

function nameOf(ref: string): string {
  return ref.split('@')[0] ?? ''
}

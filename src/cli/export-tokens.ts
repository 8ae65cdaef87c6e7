import { exportMixture } from '../engine/tokens/export-mixture.ts'
import { exportTokenSet, type TokenExport } from '../engine/tokens/export-token-set.ts'
import { MIXTURE_KIND, openMixture } from '../engine/tokens/mix.ts'
import { openTokenSet } from '../engine/tokens/token-set.ts'
import type { TokenFormat } from '../formats/tokens/token-file.ts'
import { TilthError } from '../model/error.ts'
import { artefactNames, openArtefact } from '../store/artefact.ts'
import type { Store } from '../store/store.ts'
import { rowProgress } from './row-progress.ts'
import { bytes, count, counted, shortPath } from './terminal.ts'

interface Flags {
  readonly to: TokenFormat
  readonly out: string
  readonly force: boolean
}

/** Writes a token set, or a mixture in its order, as shards that training reads. @throws TilthError `usage` where it is a version of texts. */
export async function exportTokens(store: Store, ref: string, { to, out, force }: Flags): Promise<void> {
  if (force) {
    throw new TilthError('usage', '--force is of versions: tokens go into a folder that is not there yet')
  }
  if (!artefactNames(store).includes(nameOf(ref)) && store.datasets().includes(nameOf(ref))) {
    throw new TilthError('usage', `--to ${to}: ${ref} is a version, and holds texts`, {
      hint: `make tokens of it first: tilth tokenize ${ref} --encoding NAME --into NAME`,
    })
  }
  const artefact = openArtefact(store, ref)
  if (artefact.manifest.kind === MIXTURE_KIND) {
    const mixture = openMixture(store, artefact.ref)
    const view = rowProgress()
    const made = await exportMixture(mixture, to, out, { store, bounds: {}, progress: view.show })
    view.end()
    const { tokens, sequences } = mixture.mixture
    say(`${mixture.ref}: ${count(tokens)} tokens of ${counted(sequences, 'sequence')}`, made)
    return
  }
  const set = openTokenSet(store, ref)
  const made = await exportTokenSet(set, to, out)
  say(`${set.ref}: ${count(set.set.tokens)} tokens of ${counted(set.set.documents, 'document')}`, made)
}

function say(what: string, { dir, files }: TokenExport): void {
  const size = files.reduce((sum, file) => sum + file.bytes, 0)
  const where = shortPath(dir, process.cwd())
  process.stdout.write(`${what} in ${counted(files.length, 'file')}, ${bytes(size)}, in ${where}\n`)
}

function nameOf(ref: string): string {
  return ref.split('@')[0] ?? ''
}

import { closeSync, existsSync, openSync, renameSync } from 'node:fs'
import type { FinishedFile } from '../../formats/tokens/byte-file.ts'
import { openTokenFile, type TokenFormat } from '../../formats/tokens/token-file.ts'
import { writeWhole } from '../../store/write-whole.ts'
import { MixOrder } from '../../tokens/mix-order.ts'
import type { MixtureFile } from './mix.ts'
import { TokenReader } from './token-reader.ts'
import type { TokenSet } from './token-set.ts'

interface MixTask {
  readonly mixture: MixtureFile
  readonly sets: readonly { readonly files: string; readonly set: TokenSet }[]
  /** Places in the order: from (included) to (not included). */
  readonly from: number
  readonly to: number
}

export interface WriteMixTask extends MixTask {
  readonly out: string
}

export interface ExportMixTask extends MixTask {
  readonly dir: string
  /** Number of the shard. */
  readonly number: number
  readonly format: TokenFormat
}

/** Writes a shard of a mixture: its sequences, in order. */
export function writeMix({ mixture, sets, from, to, out }: WriteMixTask): void {
  if (existsSync(out)) return
  const order = new MixOrder(mixture.sources, mixture.seed)
  const readers = sets.map(({ files, set }) => new TokenReader(files, set))
  const partial = `${out}.${process.pid}.partial`
  const file = openSync(partial, 'w')
  try {
    for (let place = from; place < to; place++) {
      const { source, sequence } = order.at(place)
      const first = sequence * mixture.sequence
      const bytes = readers[source]?.bytes(first, first + mixture.sequence)
      if (bytes === undefined) throw new Error(`no source ${source}`)
      writeWhole(file, bytes)
    }
  } finally {
    closeSync(file)
    for (const reader of readers) reader.close()
  }
  renameSync(partial, out)
}

/** Writes a shard of a mixture in a layout of a training program. */
export function exportMix(task: ExportMixTask): readonly FinishedFile[] {
  const { mixture, sets, from, to, dir, number, format } = task
  const order = new MixOrder(mixture.sources, mixture.seed)
  const readers = sets.map(({ files, set }) => new TokenReader(files, set))
  const file = openTokenFile(format, dir, number, { type: mixture.type, hasMask: false })
  try {
    for (let place = from; place < to; place++) {
      const { source, sequence } = order.at(place)
      const first = sequence * mixture.sequence
      const ids = readers[source]?.ids(first, first + mixture.sequence)
      if (ids === undefined) throw new Error(`no source ${source}`)
      file.add(String(place), ids)
    }
    return file.finish()
  } finally {
    file.close()
    for (const reader of readers) reader.close()
  }
}

import type { MixtureFile } from '../engine/tokens/mix.ts'
import { count, paint, percent, type Style, table } from './terminal.ts'

/** What a mixture has of each source, and what a person should know of it. */
export function mixtureTable(file: MixtureFile, style: Style): string {
  const rows = table(
    file.sources,
    [
      { title: 'source', cell: (source) => source.name },
      { title: 'tokens', cell: (source) => count(source.tokens), align: 'right' },
      { title: 'weight', cell: (source) => percent(source.weight), align: 'right' },
      { title: 'in the mixture', cell: (source) => count(source.drawn * file.sequence), align: 'right' },
      { title: 'share', cell: (source) => percent(source.share), align: 'right' },
      { title: 'epochs', cell: (source) => source.epochs.toFixed(2), align: 'right' },
      { title: 'repeated', cell: (source) => percent(source.repeated), align: 'right' },
      { title: 'of', cell: (source) => source.of },
    ],
    style,
  )
  const notes = [
    `${count(file.tokens)} tokens in ${count(file.sequences)} sequences of ${count(file.sequence)}, ${file.encoding}`,
    ...file.warnings.map((warning) => `${paint('warning', 'accent', style)}: ${warning}`),
  ]
  return `${rows}${notes.join('\n')}\n`
}

import type { Command } from 'commander'
import { type AlphaFitted, fitAlphaOf } from '../engine/fit/fit-alpha.ts'
import { listed } from '../engine/fit/fit-source.ts'
import { type ScoreFlags, sayUnread, scoreOptions, scoresFrom, whichScored } from './fit-scores.ts'
import { collect, storeOf } from './options.ts'
import { bar, count, counted, paint, type Style, styleOf, table } from './terminal.ts'

interface Flags extends ScoreFlags {
  readonly positives: readonly string[]
}

const HELP = `
The filter quality-pareto keeps a document of score s with the chance (2 - s)^-alpha. GPT-3 took 9, so that what was kept had scores
like WebText's. This finds the alpha for which that holds here: the one with the least Wasserstein-1 distance between the
scores of what would be kept and those of the positives, which says how far scores lie apart on average. What would be kept is
taken as expected, so no draw decides.

Scores are those that runs have stored: of every document that came to the step, also of those that were dropped there, and of the
positives that were kept. With --model texts are scored now, but for documents that a run has scored by that model. A model scores
texts that it has learnt from higher than others like them: of positives of its own fit only those are taken that the fit held out.

Examples:
  tilth fit alpha crawl --positives webtext --model fit:quality
  tilth fit alpha crawl --positives webtext,books --signal quality.quality

Exit codes: 0 done; 2 wrong use, or no such version or file; 3 done, and some rows could not be read.`

export function registerFitAlpha(fit: Command): void {
  const command = fit
    .command('alpha')
    .argument('<documents>', 'what is to be selected from: a version, or with --model files')
    .description(
      'Find the alpha of quality-pareto that selects documents with scores like those of good ones.',
    )
    .requiredOption(
      '--positives <sources>',
      'good texts: versions or files, parted by commas; repeatable',
      collect,
    )
  scoreOptions(command)
    .addHelpText('after', HELP)
    .action(async (documents: string, _: unknown, self: Command) => {
      const flags = self.optsWithGlobals<Flags>()
      const found = await fitAlphaOf({
        documents,
        positives: listed(flags.positives),
        from: scoresFrom(flags),
        store: storeOf(flags),
      })
      sayUnread([found.documents, ...found.positives.sources])
      if (flags.json === true) process.stdout.write(`${JSON.stringify(found)}\n`)
      else process.stdout.write(alphaLines(found, styleOf(process.stdout, process.env)))
    })
}

/** So few kept documents are no set to train on, whatever their scores. */
const FEW = 100

/** So few scores say little of how they lie. */
const FEW_POSITIVES = 30

function alphaLines({ documents, positives, fit, histograms }: AlphaFitted, style: Style): string {
  const { best, without, table: outcomes, atLimit } = fit
  const rows = [without, ...outcomes, best].sort((a, b) => a.alpha - b.alpha)
  const own = rows.filter((row, at) => row.alpha !== rows[at - 1]?.alpha)
  const scores = histograms.documents.map((_, at) => at)
  const most = (counts: readonly number[]): number => counts.reduce((sum, each) => sum + each, 0)
  const column = (title: string, counts: readonly number[]) => ({
    title,
    cell: (at: number) => {
      const share = (counts[at] ?? 0) / Math.max(1e-300, most(counts))
      return `${bar(share, 12)} ${(100 * share).toFixed(1).padStart(5)} %`
    },
  })
  const parts = [
    `${count(documents.documents)} documents of ${documents.ref}${whichScored(documents)}, ${counted(positives.documents, 'positive')} of ${positives.sources.map((source) => `${source.ref}${whichScored(source)}`).join(', ')}; by ${documents.by}\n\n`,
    table(
      own,
      [
        { title: 'alpha', align: 'right', cell: ({ alpha }) => String(Number(alpha.toPrecision(3))) },
        { title: 'kept', align: 'right', cell: ({ keptRatio }) => `${(100 * keptRatio).toFixed(3)} %` },
        {
          title: 'documents',
          align: 'right',
          cell: ({ keptRatio }) => count(Math.round(keptRatio * documents.documents)),
        },
        { title: 'distance', align: 'right', cell: ({ distance }) => distance.toFixed(4) },
        { title: 'largest gap', align: 'right', cell: ({ largestGap }) => largestGap.toFixed(4) },
        {
          title: '',
          cell: ({ alpha }) => (alpha === best.alpha ? '<- least distance' : alpha === 0 ? 'all' : ''),
        },
      ],
      style,
    ),
    '\n',
    table(
      scores,
      [
        { title: 'score', cell: (at) => `${(at / 20).toFixed(2)}-${((at + 1) / 20).toFixed(2)}` },
        column('positives', histograms.positives),
        column('documents', histograms.documents),
        column('kept', histograms.kept),
      ],
      style,
    ),
    `\nalpha ${best.alpha}   (use: quality-pareto, alpha: ${best.alpha})\n`,
  ]
  if (positives.documents < FEW_POSITIVES)
    parts.push(
      `${paint(`warning: ${counted(positives.documents, 'positive')} say little: give others, or hold more out of the fit`, 'bad', style)}\n`,
    )
  const few = best.keptRatio * documents.documents < FEW
  if (few)
    parts.push(
      `${paint(`warning: about ${Math.round(best.keptRatio * documents.documents)} documents would be kept: few score as the positives do`, 'bad', style)}\n`,
    )
  if (atLimit)
    parts.push(
      `${paint('warning: even the largest alpha keeps lower scores than the positives have: take a threshold, or another model', 'bad', style)}\n`,
    )
  return parts.join('')
}

import type { Command } from 'commander'
import { fitThreshold } from '../engine/fit/fit-threshold.ts'
import { type ScoreFlags, sayUnread, scoreOptions, scoresFrom, whichScored } from './fit-scores.ts'
import { ratioOf, storeOf } from './options.ts'
import { count } from './terminal.ts'

interface Flags extends ScoreFlags {
  readonly top: string
}

const HELP = `
A run decides over one document at a time, so a share of all must be a plain number before it starts: this is that number. It holds
for the version it was found on, with all documents that came to the step; on another one it keeps what it keeps. DCLM kept the top 10 % so.

Example:
  tilth fit threshold crawl --top 10% --model fit:quality
  in a recipe: { use: quality-pareto, mode: threshold, threshold: 0.8731 }

Exit codes: 0 done; 2 wrong use, or no such version or file; 3 done, and some rows could not be read.`

export function registerFitThreshold(fit: Command): void {
  const command = fit
    .command('threshold')
    .argument('<documents>', 'what is to be selected from: a version, or with --model files')
    .description('Find the score from which on a share of the documents lies.')
    .requiredOption('--top <share>', 'share that is to be kept, such as 10%')
  scoreOptions(command)
    .addHelpText('after', HELP)
    .action(async (documents: string, _: unknown, self: Command) => {
      const flags = self.optsWithGlobals<Flags>()
      const top = ratioOf(flags.top, '--top')
      const found = await fitThreshold(documents, top, scoresFrom(flags), storeOf(flags))
      sayUnread([found])
      if (flags.json === true) {
        process.stdout.write(`${JSON.stringify(found)}\n`)
        return
      }
      process.stdout.write(
        `threshold ${found.threshold}   keeps ${count(found.kept)} of ${count(found.documents)} documents of ${found.ref}${whichScored(found)} (${(100 * (found.kept / found.documents)).toFixed(2)} %), by ${found.by}\n`,
      )
    })
}

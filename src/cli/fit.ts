import type { Command } from 'commander'
import { registerFitAlpha } from './fit-alpha.ts'
import { registerFitQuality } from './fit-quality.ts'
import { registerFitThreshold } from './fit-threshold.ts'
import { register as registerTokenizer } from './fit-tokenizer.ts'

/** `tilth fit`: each thing that can be fitted is a command of its own. */
export function register(program: Command): void {
  const fit = program
    .command('fit')
    .description('Fit what a stage reads: from data, with what was measured of it.')
  registerFitQuality(fit)
  registerTokenizer(fit)
  registerFitAlpha(fit)
  registerFitThreshold(fit)
}

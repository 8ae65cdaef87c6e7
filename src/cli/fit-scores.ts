import type { Command } from 'commander'
import type { ScoresFrom } from '../engine/fit/scores.ts'
import { TilthError } from '../model/error.ts'

/** Options of the commands that choose by scores. */
export interface ScoreFlags {
  readonly store: string
  readonly signal?: string
  readonly model?: string
  readonly label?: string
  readonly text?: string
  readonly json?: boolean
}

export function scoreOptions(command: Command): Command {
  return command
    .option('--signal <step.signal>', 'score that runs have stored (default: the only signal named quality)')
    .option(
      '--model <model>',
      'score the texts now: fit:NAME, or the path of a model; then files will do, too',
    )
    .option('--label <label>', 'fastText and ONNX models: the label of good texts')
    .option('--text <field>', 'field of plain files that holds the text', 'text')
    .option('--json', 'print it as JSON')
}

/** @throws TilthError `usage`. */
export function scoresFrom({ signal, model, label, text }: ScoreFlags): ScoresFrom {
  if (model === undefined) return { signal }
  if (signal !== undefined) throw new TilthError('usage', '--signal and --model: one or the other')
  return { model, ...(label === undefined ? {} : { label }), fields: text === undefined ? {} : { text } }
}

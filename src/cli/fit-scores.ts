import type { Command } from 'commander'
import type { Scored, ScoresFrom } from '../engine/fit/scores.ts'
import { TilthError } from '../model/error.ts'
import { sayRefused } from './row-errors.ts'
import { count } from './terminal.ts'

/** Options of the commands that choose by scores. */
export interface ScoreFlags {
  readonly store: string
  readonly signal?: string
  readonly model?: string
  readonly label?: string
  readonly text?: string
  readonly id?: string
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
    .option('--id <field>', 'field of plain files that holds the id', 'id')
    .option('--json', 'print it as JSON')
}

/** @throws TilthError `usage`. */
export function scoresFrom({ signal, model, label, text, id }: ScoreFlags): ScoresFrom {
  if (model === undefined) return { signal }
  if (signal !== undefined) throw new TilthError('usage', '--signal and --model: one or the other')
  return {
    model,
    ...(label === undefined ? {} : { label }),
    fields: { ...(text === undefined ? {} : { text }), ...(id === undefined ? {} : { id }) },
  }
}

/** Which documents the scores are of, in a few words; nothing where they are all of what was given. */
export function whichScored({ stored, heldOutOf, notScored }: Scored): string {
  if (stored !== undefined && stored.rejected > 0)
    return ` (stored scores: ${count(stored.kept)} kept, ${count(stored.rejected)} dropped since)`
  if (heldOutOf !== undefined) return ` (held out of the fit, of ${count(heldOutOf)})`
  return notScored === undefined ? '' : ` (the kept ones; ${count(notScored)} that it dropped are not scored)`
}

/** Says which rows could not be read, and sets the exit code. */
export function sayUnread(all: readonly Scored[]): void {
  for (const { ref, refused, texts } of all) sayRefused(ref, refused, texts)
}

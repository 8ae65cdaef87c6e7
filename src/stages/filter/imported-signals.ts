import { z } from 'zod'
import { defineFilter, type Filter } from '../../model/stage.ts'
import { limitOptions, limitRules } from '../limits.ts'

const options = z.strictObject({
  of: z
    .string()
    .default('')
    .describe(
      'The signals that were imported, as VERSION/NAME, such as `webtext@3/toxicity`; a recipe must give it',
    ),
  ...limitOptions(z.string().min(1)),
})

/** Columns of an import, where the step is bound to one. */
export function importedSignalsStage(columns: readonly string[] = []): Filter<typeof options> {
  return defineFilter({
    name: 'imported-signals',
    revision: 1,
    description:
      'Takes the signals that were imported for a version (tilth signals import), by document id, and keeps documents by limits over them.',
    options,
    reasons: {},
    signals: Object.fromEntries(columns.map((column) => [column, 'Imported; null where there is none.'])),
    // The engine looks them up: what stands in the import is no matter of the text.
    measure: () => () => ({}),
    rules: (given) => limitRules(columns, given),
  })
}

/**
 * Decides over signals that were measured elsewhere: a classifier on a GPU, a peer's attributes. Ids are the same in every
 * run on the same inputs, so that the signals of a version find their documents again. A document without one is kept.
 */
export const importedSignals = importedSignalsStage()

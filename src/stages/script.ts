import { z } from 'zod'
import { defineFilter, type Filter } from '../model/stage.ts'
import { limitOptions, limitRules } from './limits.ts'

const signalName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'expected a name of letters, digits and "_", starting with a letter')
const { min, max } = limitOptions(signalName)

/** Options of a step that runs a user's script; the recipe says what the script measures. */
export const scriptOptions = z
  .strictObject({
    signals: z
      .record(signalName, z.string())
      .refine((signals) => Object.keys(signals).length > 0, 'expected at least one signal')
      .describe('Signals that the script gives, each with its meaning'),
    min,
    max,
    args: z
      .record(z.string(), z.json())
      .default({})
      .describe('Handed to the `configure(args)` of the script, where it has one'),
    files: z
      .array(z.string().min(1))
      .default([])
      .describe(
        'Files or folders that the script reads, such as a model: their content is part of the plan id',
      ),
    python: z
      .string()
      .min(1)
      .default('python3')
      .describe('The Python to run it with, such as `.venv/bin/python`'),
    batchDocuments: z.int().min(1).max(4096).default(64).describe('Most documents of a batch'),
    batchBytes: z
      .int()
      .min(1)
      .default(1 << 20)
      .describe('Most bytes of text of a batch, but for a single document that is larger'),
    batchTimeoutMs: z
      .int()
      .min(1)
      .default(60_000)
      .describe('Longest that a batch may take; then the process is ended, and started again once'),
    startTimeoutMs: z
      .int()
      .min(1)
      .default(300_000)
      .describe('Longest that the script may take to load, a model included'),
  })
  .superRefine(({ signals, min, max }, context) => {
    for (const [option, given] of Object.entries({ min, max })) {
      for (const signal of Object.keys(given)) {
        if (Object.hasOwn(signals, signal)) continue
        context.addIssue({ code: 'custom', path: [option, signal], message: 'expected one of the signals' })
      }
    }
  })

export type ScriptOptions = z.output<typeof scriptOptions>

/** Raised whenever the same answers of a script would give other verdicts, or it would be asked another way. */
const REVISION = 1

/**
 * The filter of a user's script: its signals are those that the recipe names, and its rules the limits that the recipe
 * sets. The engine measures it, in batches, in a process of its own.
 */
export function scriptStage(given?: ScriptOptions): Filter<typeof scriptOptions> {
  return defineFilter({
    name: 'script',
    revision: REVISION,
    description:
      'Measures documents by a Python script of your own, and keeps them by limits over what it gives.',
    options: scriptOptions,
    reasons: {},
    files: (options) => options.files,
    signals: given?.signals ?? {},
    measure: () => () => {
      throw new Error('a script is asked in batches')
    },
    rules: ({ signals, ...limits }) => limitRules(Object.keys(signals), { min: limits.min, max: limits.max }),
  })
}

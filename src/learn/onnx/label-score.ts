import { nearest, TilthError } from '../../model/error.ts'
import type { Activation } from './model-config.ts'

/** How a text's score is made of the numbers that a model gives for it. */
export interface ScoreOptions {
  /** Name or number, from 0, of the label whose score is wanted; of no matter to a model of one output. */
  readonly label: string
  /** Left out: as the model's configuration has it, else softmax for several outputs and none for one. */
  readonly activation?: Activation | undefined
  /** Divides a score that is no chance, so that this much is 1; held within 0 and 1. */
  readonly outOf?: number | undefined
}

/**
 * What makes a score of a model's outputs: `null` where it is no number.
 *
 * @param outputs how many the model gives for a text.
 * @param names of its labels, where they are known.
 * @throws TilthError `recipe` for a label that the model does not have, or options that do not go together.
 */
export function labelScore(
  outputs: number,
  names: readonly string[] | undefined,
  given: Activation | undefined,
  { label, activation = given, outOf }: ScoreOptions,
): (logits: ArrayLike<number>) => number | null {
  const at = outputs === 1 ? 0 : labelAt(label, outputs, names)
  const kind = activation ?? (outputs === 1 ? 'none' : 'softmax')
  if (kind === 'softmax' && outputs === 1)
    throw new TilthError('recipe', 'activation: softmax over one output is 1 for every text', {
      hint: 'the model has one output: sigmoid or none',
    })
  if (outOf !== undefined && kind !== 'none')
    throw new TilthError('recipe', `outOf: the scores of this model are chances already (${kind})`, {
      hint: 'outOf is for a model that gives a number of its own, or with activation: none',
    })
  return (logits) => {
    const raw = logits[at] ?? Number.NaN
    const score = kind === 'softmax' ? share(logits, at) : kind === 'sigmoid' ? 1 / (1 + Math.exp(-raw)) : raw
    if (!Number.isFinite(score)) return null
    return outOf === undefined ? score : Math.min(1, Math.max(0, score / outOf))
  }
}

function share(logits: ArrayLike<number>, at: number): number {
  const numbers = Array.from(logits)
  const most = Math.max(...numbers)
  const sum = numbers.reduce((total, each) => total + Math.exp(each - most), 0)
  return Math.exp((numbers[at] ?? Number.NaN) - most) / sum
}

function labelAt(label: string, outputs: number, named: readonly string[] | undefined): number {
  const names = named?.length === outputs ? named : undefined
  const at = names?.indexOf(label) ?? -1
  if (at !== -1) return at
  if (/^\d{1,9}$/.test(label) && Number(label) < outputs) return Number(label)
  const guess = names === undefined ? undefined : nearest(label, names)
  const has =
    names === undefined
      ? `it has ${outputs} outputs without names: give a number from 0 to ${outputs - 1}, or a config.json with id2label beside it`
      : `it has ${names.slice(0, 20).join(', ')}`
  throw new TilthError('recipe', `label: the model has no label "${label}"`, {
    hint: guess === undefined ? has : `did you mean "${guess}"? ${has}`,
  })
}

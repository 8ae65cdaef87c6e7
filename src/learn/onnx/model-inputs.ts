import { TilthError } from '../../model/error.ts'
import type { LoadedModel, Tensor, TensorMetadata } from './runtime.ts'

/** The tokens of one text as a model is given them. */
export interface TokenRow {
  readonly ids: ArrayLike<number>
  /** Number of the segment that each counts to. */
  readonly types: ArrayLike<number>
}

/** What gives a model its inputs. */
export interface ModelInputs {
  /** Tokens that every text is filled up to, where the model takes no other number. */
  readonly fixedLength: number | undefined
  readonly feeds: (row: TokenRow) => Readonly<Record<string, Tensor>>
}

type Value = (row: TokenRow, at: number, padding: number) => number

const KNOWN: Readonly<Record<string, Value>> = {
  input_ids: ({ ids }, at, padding) => ids[at] ?? padding,
  attention_mask: ({ ids }, at) => (at < ids.length ? 1 : 0),
  token_type_ids: ({ types }, at) => types[at] ?? 0,
}

/**
 * Looks at the inputs that a model has.
 *
 * @param padding id of the token that a text is filled up with, where the model takes one length alone.
 * @throws TilthError `input` for an input that is not known, or of another type or shape.
 */
export function modelInputs({ session, tensor }: LoadedModel, padding: number): ModelInputs {
  const inputs = session.inputMetadata.map((each) => checked(each))
  if (!inputs.some(({ name }) => name === 'input_ids'))
    throw new TilthError('input', 'the model has no input input_ids', { hint: HINT })
  const lengths = new Set(inputs.flatMap(({ length }) => (length === undefined ? [] : [length])))
  if (lengths.size > 1)
    throw new TilthError('input', `its inputs are of ${[...lengths].join(' and ')} tokens`, { hint: HINT })
  const [fixedLength] = lengths
  return {
    fixedLength,
    feeds: (row) => {
      const length = fixedLength ?? row.ids.length
      return Object.fromEntries(
        inputs.map(({ name, type, value }) => {
          const numbers = Array.from({ length }, (_, at) => value(row, at, padding))
          const data = type === 'int64' ? BigInt64Array.from(numbers, BigInt) : Int32Array.from(numbers)
          return [name, tensor(type, data, [1, length])]
        }),
      )
    },
  }
}

const HINT =
  'Tilth gives input_ids, attention_mask and token_type_ids, each [texts, tokens] of int64 or int32: export a model for sequence classification'

interface Input {
  readonly name: string
  readonly type: 'int32' | 'int64'
  readonly length: number | undefined
  readonly value: Value
}

function checked({ name, type, shape = [] }: TensorMetadata): Input {
  const value = KNOWN[name]
  if (value === undefined) throw new TilthError('input', `the model wants an input ${name}`, { hint: HINT })
  if (type !== 'int32' && type !== 'int64')
    throw new TilthError('input', `its input ${name} is of type ${String(type)}`, { hint: HINT })
  const [texts, tokens] = shape
  if (shape.length !== 2 || (isFixed(texts) && texts !== 1))
    throw new TilthError('input', `its input ${name} is of shape [${shape.join(', ')}]`, {
      hint: `${HINT}, with any number of texts or 1`,
    })
  return { name, type, value, length: isFixed(tokens) ? tokens : undefined }
}

/** Open lengths are names, or numbers that are no length. */
function isFixed(length: number | string | undefined): length is number {
  return typeof length === 'number' && length > 0
}

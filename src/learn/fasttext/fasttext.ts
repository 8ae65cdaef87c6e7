import { TilthError } from '../../model/error.ts'
import { ByteReader } from './byte-reader.ts'
import { Dictionary } from './dictionary.ts'
import { hierarchicalSoftmax, oneAgainstAll, type Rank, softmax } from './loss.ts'
import { type Matrix, readDense, readQuantised } from './matrix.ts'

/** A label, and its probability. */
export interface Prediction {
  readonly label: string
  /** As the library reports it: 0.00001 more than it is, so up to 1.00001. */
  readonly probability: number
}

/** A classifier of lines of text, trained by fastText. */
export interface FastText {
  /** Without `__label__`, the most frequent in training first. */
  readonly labels: readonly string[]
  /** Numbers of the vector that a line is made into. */
  readonly dimension: number
  /** The `count` best labels of a line, best first; none of a line without a known feature. A line break ends it. */
  predict(line: string, count?: number): readonly Prediction[]
}

const MAGIC = 793712314
const VERSIONS = [11, 12]
const SUPERVISED = 3

/**
 * Reads a model that fastText trained to tell labels of text: `.bin`, or `.ftz` (quantised).
 *
 * The four losses of the library are there: hierarchical softmax, softmax, negative sampling and one-vs-all. Answers
 * are those of the library: equal labels in equal order, and probabilities that differ by the rounding of 32-bit sums
 * alone. O(bytes) time and as much memory again.
 *
 * @throws TilthError `input` where the bytes are no such model, or end early.
 * @see Joulin et al. 2016, "Bag of tricks for efficient text classification"; Bojanowski et al. 2017, "Enriching word
 *   vectors with subword information". The layout is that of version 12 of the library's file.
 */
export function readFastText(bytes: Uint8Array): FastText {
  try {
    return read(new ByteReader(bytes))
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new TilthError('input', `not a whole fastText model: ${cause.message}`, {
      hint: 'give a .bin or .ftz file of a supervised model, such as lid.176.ftz',
      cause,
    })
  }
}

function read(reader: ByteReader): FastText {
  if (reader.int32() !== MAGIC) throw new RangeError('it does not begin as one')
  const version = reader.int32()
  if (!VERSIONS.includes(version)) throw new RangeError(`its version is ${version}`)
  const [
    dimension = 0,
    ,
    ,
    ,
    ,
    wordNgrams = 1,
    loss = 0,
    model = 0,
    buckets = 0,
    minChars = 0,
    maxChars = 0,
  ] = Array.from({ length: 12 }, () => reader.int32())
  reader.float64()
  if (model !== SUPERVISED) throw new RangeError('it has vectors of words and no labels')
  // Version 11 had no runs of characters in classifiers.
  const settings = { wordNgrams, buckets, minChars, maxChars: version === 11 ? 0 : maxChars }
  const dictionary = new Dictionary(reader, settings)
  const isQuantised = reader.flag()
  const input = isQuantised ? readQuantised(reader) : readDense(reader)
  const isOutputQuantised = reader.flag()
  const output = isQuantised && isOutputQuantised ? readQuantised(reader) : readDense(reader)
  if (input.columns !== dimension || output.columns !== dimension)
    throw new RangeError('its sizes do not fit together')
  const rank = rankOf(loss, output, dictionary)
  const hidden = new Float32Array(dimension)
  return {
    labels: dictionary.labels,
    dimension,
    predict: (line, count = 1) => {
      const { rows, count: features } = dictionary.rowsOf(line)
      if (features === 0) return []
      hidden.fill(0)
      input.addRows(hidden, rows, features)
      const share = Math.fround(1 / features)
      for (let at = 0; at < hidden.length; at++) hidden[at] = (hidden[at] as number) * share
      return rank(hidden, count, 0).map(({ label, score }) => ({
        label: dictionary.labels[label] ?? '',
        probability: Math.exp(score),
      }))
    },
  }
}

function rankOf(loss: number, output: Matrix, dictionary: Dictionary): Rank {
  switch (loss) {
    case 1:
      return hierarchicalSoftmax(output, dictionary.labelCounts)
    case 2:
    case 4:
      return oneAgainstAll(output)
    case 3:
      return softmax(output)
    default:
      throw new RangeError(`its loss is ${loss}`)
  }
}

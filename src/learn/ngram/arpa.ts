import { TilthError } from '../../model/error.ts'
import { ArpaLines } from './arpa-lines.ts'
import { GramTable } from './gram-table.ts'
import { NgramModel } from './ngram-model.ts'

/** What KenLM gives a word that a model without `<unk>` does not know. */
const UNKNOWN_LOG10 = -100
const MAX_ORDER = 16
/** A line of an n-gram takes at least so many bytes: a probability, a tab, a letter and a line feed. */
const LEAST_LINE_BYTES = 4

/**
 * Reads an n-gram language model in the ARPA text format, as KenLM reads it.
 *
 * @throws TilthError `input` that names the line and what was expected there.
 */
export function readArpa(bytes: Uint8Array): NgramModel {
  const lines = new ArpaLines(bytes)
  refuseOthers(lines, bytes)
  const counts = readCounts(lines, bytes.length)
  const words = readWords(lines, counts[0] ?? 0)
  const grams: GramTable[] = []
  for (let order = 2; order <= counts.length; order++) {
    grams.push(readGrams(lines, order, counts, words.numbers, grams))
  }
  lines.skipBlank()
  if (lines.next() !== '\\end\\') throw lines.error('expected \\end\\')
  return new NgramModel(words, grams)
}

function refuseOthers(lines: ArpaLines, bytes: Uint8Array): void {
  if (new TextDecoder('latin1').decode(bytes.subarray(0, 7)) === 'mmap lm') {
    throw new TilthError(
      'input',
      "the model is KenLM's binary file, which is laid out for one build of KenLM",
      {
        hint: 'give the ARPA text that it was made of',
      },
    )
  }
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    throw new TilthError('input', 'the model is compressed', { hint: 'unpack it with gunzip first' })
  }
  lines.skipBlank()
  if (lines.next() !== '\\data\\') throw lines.error('expected \\data\\, the beginning of an ARPA model')
}

/** `ngram 1=250`, one for each length. */
function readCounts(lines: ArpaLines, bytes: number): readonly number[] {
  const counts: number[] = []
  for (let line = lines.next(); line !== undefined && line !== ''; line = lines.next()) {
    const [, order, count] = /^ngram (\d+)=(\d+)$/.exec(line) ?? []
    const expected = `ngram ${counts.length + 1}=COUNT`
    if (order === undefined || count === undefined) throw lines.error(`expected ${expected} or an empty line`)
    if (Number(order) !== counts.length + 1) throw lines.error(`expected ${expected}`)
    if (Number(order) > MAX_ORDER) throw lines.error(`n-grams of more than ${MAX_ORDER} words are not read`)
    if (Number(count) * LEAST_LINE_BYTES > bytes) {
      throw lines.error(`the file is too short for ${count} n-grams of ${order} words`)
    }
    counts.push(Number(count))
  }
  if (counts.length === 0) throw lines.error('expected ngram 1=COUNT')
  return counts
}

function section(lines: ArpaLines, order: number): void {
  lines.skipBlank()
  if (lines.next() !== `\\${order}-grams:`) throw lines.error(`expected \\${order}-grams:`)
}

function readWords(lines: ArpaLines, count: number) {
  section(lines, 1)
  // One more than is announced: the unknown word, where the model has none.
  const probabilities = new Float32Array(count + 1)
  const backoffs = new Float32Array(count + 1)
  const numbers = new Map<string, number>()
  probabilities[0] = UNKNOWN_LOG10
  let next = 1
  for (let read = 0; read < count; read++) {
    const { probability, words, backoff } = lines.gram(1)
    const [word = ''] = words
    const unknown = word === '<unk>' || word === '<UNK>'
    const number = unknown ? 0 : next++
    if (numbers.has(unknown ? '<unk>' : word)) throw lines.error('this word stands here twice')
    numbers.set(unknown ? '<unk>' : word, number)
    probabilities[number] = probability
    backoffs[number] = backoff
  }
  lines.endSection(1, count)
  const begin = numbers.get('<s>')
  const end = numbers.get('</s>')
  if (begin === undefined) throw lines.error('the model has no <s>, the beginning of a sentence')
  if (end === undefined) throw lines.error('the model has no </s>, the end of a sentence')
  return { numbers, probabilities, backoffs, begin, end }
}

function readGrams(
  lines: ArpaLines,
  order: number,
  counts: readonly number[],
  numbers: ReadonlyMap<string, number>,
  shorter: readonly GramTable[],
): GramTable {
  section(lines, order)
  const count = counts[order - 1] ?? 0
  const table = new GramTable(count)
  for (let read = 0; read < count; read++) {
    const { probability, words, backoff } = lines.gram(order, order === counts.length)
    let prefix = -1
    for (const [at, word] of words.entries()) {
      const number = numbers.get(word === '<UNK>' ? '<unk>' : word)
      if (number === undefined && word !== '<unk>' && word !== '<UNK>') {
        throw lines.error(`word ${at + 1} is not among the \\1-grams:`)
      }
      if (at === words.length - 1) {
        if (table.add(prefix, number ?? 0, probability, backoff) === -1) {
          throw lines.error('this n-gram stands here twice')
        }
      } else if (at === 0) prefix = number ?? 0
      else {
        prefix = shorter[at - 1]?.find(prefix, number ?? 0) ?? -1
        if (prefix === -1) throw lines.error(`its first ${at + 1} words are not among the \\${at + 1}-grams:`)
      }
    }
  }
  lines.endSection(order, count)
  return table
}

import type { WordPattern } from '../word-pattern.ts'
import { wordExpression } from '../word-pattern.ts'
import { toByteCharacters } from './byte-characters.ts'
import { EXPRESSIONS, TRAINING_PATTERNS } from './byte-level-json.ts'
import { literalExpression } from './expression.ts'
import { patternOf } from './normalizers.ts'
import { flagOf, listOf, type Part, partOf, stringOf, unsupported, wrong } from './part.ts'
import { BEHAVIOURS, type Behaviour, type Piece, splitPiece } from './pieces.ts'

export type PreTokenizer = (pieces: readonly Piece[]) => readonly Piece[]

const GPT2: WordPattern = TRAINING_PATTERNS.gpt2
const SPACE = /\p{White_Space}/gu
/** ASCII signs of which Unicode counts some as symbols, and all punctuation. */
const PUNCTUATION = /[\p{P}$+<=>^`|~]/gu

const KNOWN: Readonly<Record<string, (part: Part, where: string) => PreTokenizer>> = {
  ByteLevel: (part, where) => {
    const { prefix, cuts } = byteLevelOptions(part, where)
    const expression = wordExpression(GPT2)
    return (pieces) =>
      pieces
        .map((piece) =>
          prefix && !piece.text.startsWith(' ') ? { ...piece, text: ` ${piece.text}` } : piece,
        )
        .flatMap((piece) => (cuts ? splitPiece(piece, expression, 'Isolated', false) : [piece]))
        .map((piece) => ({ ...piece, text: toByteCharacters(piece.text) }))
  },
  Split: (part, where) => {
    const expression = patternOf(part['pattern'], `${where}.pattern`)
    return splitter(expression, behaviourOf(part, where), flagOf(part['invert'], `${where}.invert`, false))
  },
  Digits: (part, where) =>
    splitter(
      /\p{N}/gu,
      flagOf(part['individual_digits'], `${where}.individual_digits`, false) ? 'Isolated' : 'Contiguous',
      false,
    ),
  Whitespace: () =>
    splitter(
      /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\p{White_Space}]+/gu,
      'Removed',
      true,
    ),
  WhitespaceSplit: () => splitter(SPACE, 'Removed', false),
  Punctuation: (part, where) =>
    splitter(PUNCTUATION, part['behavior'] === undefined ? 'Isolated' : behaviourOf(part, where), false),
  BertPreTokenizer: () => {
    const [words, signs] = [splitter(SPACE, 'Removed', false), splitter(PUNCTUATION, 'Isolated', false)]
    return (pieces) => signs(words(pieces))
  },
  CharDelimiterSplit: (part, where) =>
    splitter(literalExpression(stringOf(part['delimiter'], `${where}.delimiter`)), 'Removed', false),
  Metaspace: metaspace,
  Sequence: (part, where) => {
    const all = listOf(part['pretokenizers'], `${where}.pretokenizers`).map((each, index) =>
      preTokenizerOf(each, `${where}.pretokenizers[${index}]`),
    )
    return (pieces) => all.reduce((current, cut) => cut(current), pieces)
  },
}

/** The pre-tokenizer of a `tokenizer.json`; none leaves a text whole. @throws TilthError `input`. */
export function preTokenizerOf(value: unknown, where: string): PreTokenizer {
  const part = partOf(value, where)
  if (part === undefined) return (pieces) => pieces
  const make = KNOWN[String(part['type'])]
  if (make === undefined) throw unsupported(where, part['type'], Object.keys(KNOWN))
  return make(part, where)
}

/** Expressions of known tokenizers that the kernel matches by itself. */
const PATTERNS: ReadonlyMap<string, WordPattern> = new Map<string, WordPattern>([
  [EXPRESSIONS.llama3, TRAINING_PATTERNS.llama3],
  [EXPRESSIONS.qwen, TRAINING_PATTERNS.qwen],
  [EXPRESSIONS.o200k, TRAINING_PATTERNS.o200k],
])

/** A pre-tokenizer that ends in bytes. */
export interface ByteLevel {
  /** What cuts before it. */
  readonly before: PreTokenizer
  /** Whether each piece gets a space in front, where it has none. */
  readonly prefix: boolean
  /** The pattern that it cuts by itself. */
  readonly pattern: WordPattern | undefined
  /** Where the kernel can do all of it: nothing cuts before it but one known pattern. */
  readonly whole: WordPattern | undefined
}

/** Says whether a pre-tokenizer is `ByteLevel`, or a sequence that ends in it and has it nowhere else. */
export function byteLevelOf(value: unknown, where: string): ByteLevel | undefined {
  const part = partOf(value, where)
  const parts = part?.['type'] === 'Sequence' ? listOf(part['pretokenizers'], where) : [part]
  const last = partOf(parts.at(-1), where)
  if (last?.['type'] !== 'ByteLevel') return undefined
  const front = parts.slice(0, -1)
  if (front.some((each) => ['ByteLevel', 'Sequence'].includes(String(partOf(each, where)?.['type']))))
    return undefined
  const { prefix, cuts } = byteLevelOptions(last, where)
  const before = preTokenizerOf({ type: 'Sequence', pretokenizers: front }, where)
  const pattern = cuts ? GPT2 : undefined
  const known = front.length === 1 && !prefix && !cuts ? knownSplit(partOf(front[0], where)) : undefined
  return { before, prefix, pattern, whole: front.length === 0 ? pattern : known }
}

function knownSplit(part: Part | undefined): WordPattern | undefined {
  if (part?.['type'] !== 'Split' || part['behavior'] !== 'Isolated' || part['invert'] === true)
    return undefined
  const expression = partOf(part['pattern'], '')?.['Regex']
  return typeof expression === 'string' ? PATTERNS.get(expression) : undefined
}

function byteLevelOptions(part: Part, where: string): { readonly prefix: boolean; readonly cuts: boolean } {
  return {
    prefix: flagOf(part['add_prefix_space'], `${where}.add_prefix_space`, true),
    cuts: flagOf(part['use_regex'], `${where}.use_regex`, true),
  }
}

function splitter(expression: RegExp, behaviour: Behaviour, invert: boolean): PreTokenizer {
  return (pieces) => pieces.flatMap((piece) => splitPiece(piece, expression, behaviour, invert))
}

function behaviourOf(part: Part, where: string): Behaviour {
  const behaviour = part['behavior']
  if (typeof behaviour !== 'string' || !BEHAVIOURS.includes(behaviour)) {
    throw wrong(`${where}.behavior`, `one of ${BEHAVIOURS.join(', ')}`, behaviour)
  }
  return behaviour as Behaviour
}

/** The scheme by which a space comes before a text, and what stands for it. */
export function metaspaceOptions(
  part: Part,
  where: string,
): { readonly sign: string; readonly scheme: string } {
  const old = part['add_prefix_space'] === false ? 'never' : 'always'
  const scheme = String(part['prepend_scheme'] ?? old)
  if (!['always', 'never', 'first'].includes(scheme)) {
    throw wrong(`${where}.prepend_scheme`, 'always, never or first', scheme)
  }
  return { sign: stringOf(part['replacement'], `${where}.replacement`), scheme }
}

function metaspace(part: Part, where: string): PreTokenizer {
  const { sign, scheme } = metaspaceOptions(part, where)
  const cuts = flagOf(part['split'], `${where}.split`, true)
  const expression = literalExpression(sign)
  return (pieces) =>
    pieces
      .map((piece) => {
        const text = piece.text.replaceAll(' ', sign)
        const prepends = scheme === 'always' || (scheme === 'first' && piece.isFirst)
        return { ...piece, text: prepends && !text.startsWith(sign) ? sign + text : text }
      })
      .flatMap((piece) => (cuts ? splitPiece(piece, expression, 'MergedWithNext', false) : [piece]))
}

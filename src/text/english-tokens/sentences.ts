import { chunkTokens, exceptionTexts, isException, LONGEST_EXCEPTION } from './chunk-tokens.ts'
import { KnownPieces } from './known-pieces.ts'
import { plainLetters } from './plain-letters.ts'

/** Marks that end a sentence, as spaCy's sentencizer lists them. */
const END_MARKS = new Set(
  '!.?։؟۔܀܁܂߹।॥၊။።፧፨᙮᜵᜶᠃᠉᥄᥅᪨᪩᪪᪫᭚᭛᭞᭟᰻᰼᱾᱿‼‽⁇⁈⁉⸮⸼꓿꘎꘏꛳꛷꡶꡷꣎꣏꤯꧈꧉꩝꩞꩟꫰꫱꯫﹒﹖﹗！．？𐩖𐩗𑁇𑁈𑂾𑂿𑃀𑃁𑅁𑅂𑅃𑇅𑇆𑇍𑇞𑇟𑈸𑈹𑈻𑈼𑊩𑑋𑑌𑗂𑗃𑗉𑗊𑗋𑗌𑗍𑗎𑗏𑗐𑗑𑗒𑗓𑗔𑗕𑗖𑗗𑙁𑙂𑜼𑜽𑜾𑩂𑩃𑪛𑪜𑱁𑱂𖩮𖩯𖫵𖬷𖬸𖭄𛲟𝪈｡。',
)

/** A token that ends a sentence when the next word comes. */
export const END = 1
/** A token of punctuation that does not: it stays with the sentence before it. */
export const PUNCTUATION = 2
/** Any other token: behind an {@link END} it begins a sentence. */
export const WORD = 3

let known: KnownPieces<readonly number[]> | undefined

/**
 * What each token of a piece of a text between white space is to the sentences: {@link END}, {@link PUNCTUATION} or
 * {@link WORD}.
 *
 * @param codes the units of the text, in which the piece is the range from `from` up to `to` (exclusive).
 */
export function sentenceMarks(text: string, codes: Uint16Array, from: number, to: number): readonly number[] {
  const letters = plainLetters(codes, from, to)
  if (letters > 0) return letters === to - from ? PLAIN : markedPlain(codes[from + letters] as number)
  known ??= new KnownPieces((piece) =>
    chunkTokens(piece).map((token) =>
      END_MARKS.has(token) ? END : /^\p{P}+$/u.test(token) ? PUNCTUATION : WORD,
    ),
  )
  return known.of(text, codes, from, to)
}

let plainExceptions: Uint8Array | undefined

/**
 * Whether a range of a text, letters and digits of ASCII with one mark at the end, is a string that the tokenizer has a
 * rule of its own for, such as `Mr.`; most are told by their length and two letters.
 */
export function isPlainException(text: string, from: number, to: number): boolean {
  if (to - from > LONGEST_EXCEPTION) return false
  plainExceptions ??= plainTable()
  return plainExceptions[plainKey(text, from, to)] === 1 && isException(text.slice(from, to))
}

function plainTable(): Uint8Array {
  const table = new Uint8Array(PLAIN_KEYS)
  for (const text of exceptionTexts()) {
    if (/^[A-Za-z0-9]+[.!?]$/.test(text)) table[plainKey(text, 0, text.length)] = 1
  }
  return table
}

const PLAIN_KEYS = 1 << 14

/** A number of the length of a string of two units or more, its first letter and the one before its mark. */
function plainKey(text: string, from: number, to: number): number {
  const letters = ((text.charCodeAt(from) & 31) << 5) | (text.charCodeAt(to - 2) & 31)
  return (((to - from) << 10) | letters) & (PLAIN_KEYS - 1)
}

const PLAIN = [WORD]
const PLAIN_AND_END = [WORD, END]
const PLAIN_AND_MARK = [WORD, PUNCTUATION]

/** A word of letters with one mark behind it, of which `.`, `!` and `?` end a sentence. */
function markedPlain(mark: number): readonly number[] {
  return mark === 0x2e || mark === 0x21 || mark === 0x3f ? PLAIN_AND_END : PLAIN_AND_MARK
}

/**
 * Number of sentences, as spaCy's sentencizer over its English tokenizer counts them: a sentence ends behind `.`, `?`,
 * `!` or a mark of another script that is a token of its own, with the punctuation that follows. An empty text is one.
 *
 * White space beyond one space between words is a token, as there. O(length).
 *
 * @see spaCy 3.8, `pipeline/sentencizer.pyx`
 */
export function sentenceCount(text: string): number {
  let sentences = 1
  let ended = false
  let last = 0
  const codes = unitsOf(text)
  const white = (from: number, to: number): boolean =>
    from !== to && !(to - from === 1 && text[from] === ' ' && from > 0)
  for (const match of text.matchAll(CHUNK)) {
    if (white(last, match.index) && ended) {
      sentences++
      ended = false
    }
    for (const mark of sentenceMarks(text, codes, match.index, match.index + match[0].length)) {
      if (mark === END) ended = true
      else if (mark === WORD && ended) {
        sentences++
        ended = false
      }
    }
    last = match.index + match[0].length
  }
  return white(last, text.length) && ended ? sentences + 1 : sentences
}

function unitsOf(text: string): Uint16Array {
  const codes = new Uint16Array(text.length)
  for (let at = 0; at < text.length; at++) codes[at] = text.charCodeAt(at)
  return codes
}

/** What is between white space as Python knows it. */
const CHUNK = /[^\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g

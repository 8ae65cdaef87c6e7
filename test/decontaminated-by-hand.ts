/** How documents come out of decontamination, worked out the slow way: by sets of joined words and a flag for each code point. */
export interface ByHandOptions {
  readonly n: number
  readonly margin: number
  readonly minPiece: number
  readonly maxPieces: number
  readonly maxDocuments: number
}

interface Word {
  readonly word: string
  /** Code points. */
  readonly start: number
  readonly end: number
}

export const plain = (token: string): string =>
  Array.from(token.normalize('NFC'))
    .filter((each) => !/^[\p{P}\p{S}\p{Cc}\p{Cf}]$/u.test(each))
    .join('')
    .toLowerCase()

function wordsOf(text: string): readonly Word[] {
  const points = Array.from(text)
  const words: Word[] = []
  let start = 0
  for (let at = 0; at <= points.length; at++) {
    if (at < points.length && !/^\s$/.test(points[at] ?? '')) continue
    const word = plain(points.slice(start, at).join(''))
    if (word !== '') words.push({ word, start, end: at })
    start = at + 1
  }
  return words
}

/** Each gram of a text, with the number of its first word. */
export function gramsByHand(text: string, n: number): readonly string[] {
  const words = wordsOf(text).map(({ word }) => word)
  return words.slice(n - 1).map((_, at) => words.slice(at, at + n).join(' '))
}

/** Grams of the examples that at most so many documents have. */
export function usedGrams(
  documents: readonly string[],
  examples: readonly string[],
  { n, maxDocuments }: ByHandOptions,
): ReadonlySet<string> {
  const wanted = new Set(examples.flatMap((example) => gramsByHand(example, n)))
  const counts = new Map<string, number>()
  for (const text of documents)
    for (const gram of new Set(gramsByHand(text, n)))
      if (wanted.has(gram)) counts.set(gram, (counts.get(gram) ?? 0) + 1)
  return new Set([...counts].filter(([, count]) => count <= maxDocuments).map(([gram]) => gram))
}

/** What is left of each document: its pieces, or nothing. */
export function decontaminatedByHand(
  documents: readonly string[],
  examples: readonly string[],
  options: ByHandOptions,
): readonly (readonly string[])[] {
  const used = usedGrams(documents, examples, options)
  return documents.map((text) => piecesOf(text, used, options))
}

function piecesOf(
  text: string,
  used: ReadonlySet<string>,
  { n, margin, minPiece, maxPieces }: ByHandOptions,
): readonly string[] {
  const points = Array.from(text)
  const words = wordsOf(text)
  const gone = new Uint8Array(points.length)
  let hits = 0
  /** The word behind the last gram. */
  let reach = 0
  for (const [at, gram] of gramsByHand(text, n).entries()) {
    if (!used.has(gram)) continue
    hits++
    const [first, last] = [words[at]?.start ?? 0, words[at + n - 1]?.end ?? 0]
    for (let point = Math.max(0, first - margin); point < Math.min(points.length, last + margin); point++)
      gone[point] = 1
    // Two grams that touch are one overlap: signs between them that are no word go, too.
    if (reach > 0 && at <= reach) gone.fill(1, words[reach - 1]?.end, words[at]?.start)
    reach = at + n
  }
  if (hits === 0) return [text]
  // A word of which a part is gone goes whole.
  const isBlank = (point: number): boolean => /^\s$/.test(points[point] ?? ' ')
  for (let start = 0; start < points.length; start++) {
    if (isBlank(start)) continue
    let end = start
    while (end < points.length && !isBlank(end)) end++
    if (gone.subarray(start, end).includes(1)) gone.fill(1, start, end)
    start = end
  }
  const pieces: string[] = []
  let piece = ''
  let [cutBefore, isOver] = [false, false]
  for (let point = 0; point <= points.length; point++) {
    isOver = point === points.length
    if (!isOver && gone[point] === 0) {
      piece += points[point]
      continue
    }
    const head = cutBefore ? piece.trimStart() : piece
    const trimmed = isOver ? head : head.trimEnd()
    if (trimmed.trim() !== '') pieces.push(trimmed)
    piece = ''
    cutBefore = true
  }
  if (pieces.length > maxPieces) return []
  return pieces.filter((each) => Array.from(each).length >= minPiece)
}

import type { Document } from '../src/model/document.ts'
import type { Drop, Rewritten, SpanGroup } from '../src/model/stage.ts'

/** Tokens as `dedup-substring` means them, by regular expression: the oracle of the reader that cuts and hashes in one go. */
export function tokensOf(text: string, caseFold = true): string[] {
  return (text.match(TOKEN) ?? []).map((token) => (caseFold ? folded(token) : token))
}

function folded(token: string): string {
  return token.toLowerCase().replaceAll('ς', 'σ').replaceAll('i\u0307', 'i')
}

const TOKEN =
  /[\p{L}&&[\p{Script=Han}\p{Script=Hira}\p{Script=Kana}\p{Script=Thai}\p{Script=Laoo}\p{Script=Khmr}\p{Script=Mymr}]]\p{M}*|[[\p{L}\p{N}_]--[\p{L}&&[\p{Script=Han}\p{Script=Hira}\p{Script=Kana}\p{Script=Thai}\p{Script=Laoo}\p{Script=Khmr}\p{Script=Mymr}]]][[\p{L}\p{N}\p{M}_]--[\p{L}&&[\p{Script=Han}\p{Script=Hira}\p{Script=Kana}\p{Script=Thai}\p{Script=Laoo}\p{Script=Khmr}\p{Script=Mymr}]]]*/gv

/**
 * By brute force, what is left of each text, given in the order of their ids: the tokens that lie in no run of `length` tokens that is
 * there earlier. Every run is kept as a string.
 */
export function withoutRepeats(texts: readonly string[], length: number): readonly (readonly string[])[] {
  const seen = new Set<string>()
  return texts.map((text) => {
    const tokens = tokensOf(text)
    const repeated = new Set<number>()
    const joined = tokens.join(' ')
    const starts = [0]
    for (const token of tokens) starts.push((starts.at(-1) ?? 0) + token.length + 1)
    for (let at = 0; at + length <= tokens.length; at++) {
      const run = joined.slice(starts[at], (starts[at + length] ?? 0) - 1)
      if (!seen.has(run)) seen.add(run)
      else for (let token = at; token < at + length; token++) repeated.add(token)
    }
    return tokens.filter((_, at) => !repeated.has(at))
  })
}

/** Runs a group that takes out spans over documents in the order of their ids, with plain maps in place of the engine. */
export function runSpans(
  stage: SpanGroup,
  given: object,
  documents: readonly Document[],
): readonly (readonly Rewritten[] | Drop)[] {
  const options = stage.options.parse(given)
  const narrow = stage.narrow?.(options)
  const parts = stage.parts(options)
  const without = stage.without(options)
  const { spareFirst } = stage.repeats(options)
  const shared = narrow && repeated(documents.map(narrow), false)
  const brought = documents.map((document, at) => {
    const { keys, numbers } = parts(document, shared?.[at] ?? Uint32Array.of())
    return { keys: keys.slice(), numbers: numbers.slice() }
  })
  const found = repeated(brought, spareFirst)
  return documents.map((document, at) => without(document, found[at] ?? Uint32Array.of()))
}

/** The numbers of each document's keys that are there twice or more. */
function repeated(
  all: readonly { readonly keys: Uint32Array; readonly numbers: Uint32Array }[],
  spareFirst: boolean,
): readonly Uint32Array[] {
  const name = (keys: Uint32Array, at: number): number | bigint =>
    (BigInt(keys[2 * at + 1] ?? 0) << 32n) | BigInt(keys[2 * at] ?? 0)
  const counts = new Map<number | bigint, number>()
  for (const { keys, numbers } of all) {
    for (const at of numbers.keys()) counts.set(name(keys, at), (counts.get(name(keys, at)) ?? 0) + 1)
  }
  const met = new Set<number | bigint>()
  return all.map(({ keys, numbers }) =>
    numbers.filter((_, at) => {
      const key = name(keys, at)
      const first = !met.has(key)
      met.add(key)
      return (counts.get(key) ?? 0) >= 2 && !(spareFirst && first)
    }),
  )
}

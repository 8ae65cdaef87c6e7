import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Words that a good text takes more often than a bad one, and the other way round; each equally often. */
const WORDS = 40
/** Words of a text. */
const LENGTH = 30

/** Numbers from 0 to 1 that look drawn: a linear congruence of 32 bits, scrambled. */
export function drawn(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b)
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b)
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32
  }
}

/** A text whose words are good ones with a chance: how many of them are is all that any classifier can know. */
export function plantedText(random: () => number, chance: number): string {
  return Array.from({ length: LENGTH }, () => {
    const kind = random() < chance ? 'good' : 'poor'
    return `${kind}${Math.floor(random() * WORDS)}`
  }).join(' ')
}

/** The area under the curve of the best classifier there can be: that of two binomial counts. */
export function plantedAuc(good: number, poor: number): number {
  const [p, q] = [binomial(good), binomial(poor)]
  let [below, area] = [0, 0]
  for (let count = 0; count <= LENGTH; count++) {
    area += (p[count] ?? 0) * (below + (q[count] ?? 0) / 2)
    below += q[count] ?? 0
  }
  return area
}

function binomial(chance: number): readonly number[] {
  const shares = [(1 - chance) ** LENGTH]
  for (let count = 1; count <= LENGTH; count++) {
    const before = shares[count - 1] ?? 0
    shares.push((before * (LENGTH - count + 1) * chance) / (count * (1 - chance)))
  }
  return shares
}

/** Writes `good.jsonl` and `poor.jsonl`: `documents` texts each, of `sites` sites. */
export function writePlanted(
  dir: string,
  { good, poor, documents, sites = 400 }: { good: number; poor: number; documents: number; sites?: number },
): void {
  mkdirSync(dir, { recursive: true })
  const random = drawn(7)
  for (const [name, chance] of [
    ['good', good],
    ['poor', poor],
  ] as const) {
    const lines = Array.from({ length: documents }, (_, at) =>
      JSON.stringify({
        id: `${name}-${at}`,
        url: `https://site${at % sites}.${name}.example/${at}`,
        text: plantedText(random, chance),
      }),
    )
    writeFileSync(join(dir, `${name}.jsonl`), `${lines.join('\n')}\n`)
  }
}

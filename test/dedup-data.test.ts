import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { beforeAll, expect, it } from 'vitest'
import { jaccard } from '../src/dedup/jaccard.ts'
import { SKETCH_PRESETS } from '../src/dedup/presets.ts'
import { chanceOfMeeting } from '../src/dedup/sketch-spec.ts'
import { Sketcher } from '../src/dedup/sketcher.ts'
import { describeWithData, sharedData } from './shared-data.ts'

const POSTS = 'dedup/posts.jsonl.gz'
const PAIRS = 'dedup/pairs.tsv.gz'

describeWithData('sketches of posts with known similarities', [POSTS, PAIRS], () => {
  let pairs: readonly Pair[] = []

  beforeAll(() => {
    const lines = (path: string): string[] =>
      gunzipSync(readFileSync(sharedData(path)))
        .toString()
        .trimEnd()
        .split('\n')
    const sketcher = new Sketcher(SKETCH_PRESETS.fineweb.spec)
    const posts = new Map(
      lines(POSTS).map((line) => {
        const { id, text } = JSON.parse(line) as { id: string; text: string }
        return [id, { shingles: sketcher.shingles(text), keys: sketcher.bandKeys(text).slice() }]
      }),
    )
    const postOf = (id: string): Post => {
      const post = posts.get(id)
      if (post === undefined) throw new Error(`no post ${id}`)
      return post
    }
    pairs = lines(PAIRS)
      .slice(1)
      .map((line) => {
        const [a = '', b = '', similarity = ''] = line.split('\t')
        return { a: postOf(a), b: postOf(b), similarity: Number(similarity) }
      })
  })

  it('compares sets to the four digits of the truth', () => {
    expect(pairs.length).toBe(4735)
    for (const { a, b, similarity } of pairs) {
      expect(Math.abs(jaccard(a.shingles, b.shingles) - similarity)).toBeLessThan(0.000_050_1)
      expect(jaccard(a.shingles, b.shingles, similarity - 0.0001)).toBeGreaterThan(0)
    }
  })

  it('meets pairs as often as theory says, within .02', () => {
    expect(Math.abs(surplus(pairs))).toBeLessThan(0.02)
    // By similarity, and as near as so few pairs can be: three standard deviations.
    for (let from = 0.4; from < 0.95; from += 0.1) {
      const some = pairs.filter(({ similarity }) => similarity >= from && similarity < from + 0.1)
      expect(some.length).toBeGreaterThan(100)
      expect(Math.abs(surplus(some)), `from ${from}`).toBeLessThan(
        Math.max(0.02, 1.5 / Math.sqrt(some.length)),
      )
    }
  })

  it('meets at least 99 % of pairs of similarity .8 or more', () => {
    const near = pairs.filter(({ similarity }) => similarity >= 0.8)
    const met = near.filter(({ a, b }) => haveKeyInCommon(a.keys, b.keys))
    expect(near.length).toBeGreaterThan(1000)
    expect(met.length / near.length).toBeGreaterThanOrEqual(0.99)
  })
})

interface Post {
  readonly shingles: Float64Array
  readonly keys: Uint32Array
}

interface Pair {
  readonly a: Post
  readonly b: Post
  readonly similarity: number
}

/** Share of pairs with a key in common, minus the share that theory expects. */
function surplus(pairs: readonly Pair[]): number {
  let sum = 0
  for (const { a, b, similarity } of pairs) {
    sum += haveKeyInCommon(a.keys, b.keys) ? 1 : 0
    sum -= chanceOfMeeting(SKETCH_PRESETS.fineweb.spec, similarity)
  }
  return sum / pairs.length
}

function haveKeyInCommon(a: Uint32Array, b: Uint32Array): boolean {
  for (let word = 0; word < a.length; word += 2) {
    if (a[word] === b[word] && a[word + 1] === b[word + 1]) return true
  }
  return false
}

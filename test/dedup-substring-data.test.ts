import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { dedupSubstring } from '../src/stages/group/dedup-substring.ts'
import { runSpans, tokensOf, withoutRepeats } from './repeated-runs.ts'
import { describeWithData, sharedData } from './shared-data.ts'
import { documentOf } from './webtext-documents.ts'

const POSTS = 'dedup/posts.jsonl.gz'

describeWithData('repeated passages of real posts', [POSTS], () => {
  it.each([
    [50, 5_000_000],
    [12, 1_000_000],
  ])('of %i tokens are those that brute force finds, in %i bytes', (minTokens, bytes) => {
    const texts = postsOf(bytes)
    const expected = withoutRepeats(texts, minTokens)
    const actual = runSpans(
      dedupSubstring,
      { minTokens },
      texts.map((text) => documentOf(text)),
    )
    let removed = 0
    for (const [at, result] of actual.entries()) {
      const left = 'drop' in result ? [] : tokensOf(result[0]?.text ?? '')
      if (left.join(' ') !== expected[at]?.join(' ')) expect(left).toEqual(expected[at])
      removed += tokensOf(texts[at] ?? '').length - left.length
    }
    expect(removed).toBeGreaterThan(10_000)
  })
})

/** Posts from the middle of the file on, so that copies are among them. */
function postsOf(bytes: number): readonly string[] {
  const texts: string[] = []
  let sum = 0
  for (const line of gunzipSync(readFileSync(sharedData(POSTS)))
    .toString()
    .trim()
    .split('\n')
    .reverse()) {
    const { text } = JSON.parse(line) as { text: string }
    sum += Buffer.byteLength(text)
    if (sum > bytes) break
    texts.push(text)
  }
  return texts
}

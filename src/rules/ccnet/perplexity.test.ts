import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readArpa } from '../../learn/ngram/arpa.ts'
import { modelWords, normalLine } from './normal.ts'
import { perplexityOf } from './perplexity.ts'

/** Made by KenLM's own module and CCNet's own normalisation: scripts/ccnet-golden.py. */
interface Case {
  readonly text: string
  readonly lines: readonly string[]
  readonly scores: readonly number[]
  readonly perplexity: number
}

const GOLDEN = 'test/golden/ccnet'
const model = readArpa(readFileSync(`${GOLDEN}/model.arpa`))
const cases = gunzipSync(readFileSync(`${GOLDEN}/expected.jsonl.gz`))
  .toString()
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Case)

describe("CCNet's perplexity", () => {
  it('has cases', () => expect(cases.length).toBeGreaterThan(300))

  it("normalises each line as CCNet's own code", () => {
    for (const { text, lines } of cases) expect(text.split('\n').map(normalLine)).toEqual(lines)
  })

  it("scores each line as KenLM's own code, to the last bit of single precision", () => {
    let unknown = 0
    for (const { lines, scores } of cases) {
      for (const [index, line] of lines.entries()) {
        const score = model.score(modelWords(line))
        expect(score.log10, line).toBe(scores[index])
        unknown += score.unknown
      }
    }
    expect(unknown).toBeGreaterThan(100)
  })

  it("gives each text CCNet's perplexity", () => {
    for (const { text, perplexity } of cases) expect(perplexityOf(text, model)?.perplexity).toBe(perplexity)
  })

  it('has none for an empty text', () => expect(perplexityOf('', model)).toBeUndefined())

  it('takes time in proportion to the text', () => {
    const text = 'a document is a version of a set that was not there before '.repeat(40_000)
    const took = (part: string): number => {
      const before = process.cpuUsage()
      perplexityOf(part, model)
      return process.cpuUsage(before).user
    }
    took(text)
    expect(took(text)).toBeLessThan(12 * Math.max(20_000, took(text.slice(0, text.length / 4))))
  })

  it.each([
    ['spaces between two words', `a${' '.repeat(1 << 20)}b`],
    ['marks on one letter', `a${'\u0301\u0323'.repeat(1 << 18)}`],
  ])('takes no square of %s', (_, line) => {
    const before = process.cpuUsage()
    expect(normalLine(line)).toMatch(/^a/)
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(8)
  })
})

import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { c4Texts, digest, type Golden, STEPS, verdictOf } from './rule-golden.ts'
import { MAKERS, randomOf } from './rule-texts.ts'

export function readGolden(): Golden {
  return JSON.parse(
    gunzipSync(readFileSync('test/golden/rules/datatrove-0.10.1.json.gz')).toString(),
  ) as Golden
}

/** One test for each limit: verdicts, reasons and C4's text as datatrove's classes gave them, on both sides of it. */
export function checkGolden(golden: Golden, mostASide: number, takes: (maker: string) => boolean): void {
  it.each(Object.keys(MAKERS).filter(takes))('%s', (maker) => {
    const sides = golden[maker]
    const make = MAKERS[maker]
    if (sides === undefined || make === undefined) throw new Error(`${maker}: node scripts/rule-golden.ts`)
    const differing: string[] = []
    let texts = 0
    for (const side of [sides.kept, sides.dropped]) {
      for (const { seed, text: textDigest, whitespace, spacy, c4 } of side.slice(0, mostASide)) {
        const text = make(randomOf(seed))
        expect(digest(text), `the text of seed ${seed} is another one: node scripts/rule-golden.ts`).toBe(
          textDigest,
        )
        texts++
        for (const [index, step] of STEPS.entries()) {
          for (const [words, theirs] of [
            ['whitespace', whitespace[index]],
            ['unicode', spacy?.[index]],
          ] as const) {
            if (theirs === undefined) continue
            const ours = verdictOf(step, words, text)
            if (ours !== theirs)
              differing.push(`${step}, ${words} words, seed ${seed}: ${ours}, theirs ${theirs}`)
          }
        }
        const ours = c4Texts(text).map(digest)
        for (const [index, theirs] of c4.entries()) {
          if (theirs !== null && theirs !== ours[index]) differing.push(`text ${index} of C4, seed ${seed}`)
        }
      }
    }
    expect(texts).toBeGreaterThan(Math.min(mostASide, 200))
    expect(differing).toEqual([])
  })
}

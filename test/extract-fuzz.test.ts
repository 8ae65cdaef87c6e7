import { describe, expect, it } from 'vitest'
import { firstFault, mutatedPage } from './html-mutations.ts'

const PAGES = 2000

describe('the extractor on mutated pages', () => {
  it('is given pages that differ, and the same ones each time', () => {
    const pages = Array.from({ length: 200 }, (_, seed) =>
      Buffer.from(mutatedPage(seed).bytes).toString('latin1'),
    )
    expect(new Set(pages).size).toBeGreaterThan(190)
    expect(Buffer.from(mutatedPage(7).bytes).toString('latin1')).toBe(pages[7])
  })

  it(`throws nothing and stays within bounds on ${PAGES}`, () => {
    expect(firstFault(0, PAGES)).toBeUndefined()
  })
})

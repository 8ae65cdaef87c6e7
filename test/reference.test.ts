import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { referencePages } from '../scripts/reference-pages.ts'

const pages = await referencePages()

describe('docs/reference', () => {
  it('has pages', () => expect(Object.keys(pages).length).toBeGreaterThan(3))

  it.each(Object.entries(pages))('%s says what the code says (else: npm run docs)', (file, text) => {
    expect(readFileSync(`docs/reference/${file}`, 'utf8')).toBe(text)
  })
})

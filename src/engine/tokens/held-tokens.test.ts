import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type HeldDocument, HeldTokens } from './held-tokens.ts'

let dir = ''
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tilth-held-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const document = fc.record({
  origin: fc.record({
    id: fc.string({ maxLength: 4 }),
    file: fc.option(fc.string({ maxLength: 4 }), { nil: undefined }),
    position: fc.nat(),
  }),
  // Few values, so that some are equal.
  chance: fc.nat({ max: 7 }).map((part) => part / 8),
  ids: fc.array(fc.nat({ max: 2 ** 32 - 1 }), { maxLength: 9 }),
  hasMask: fc.boolean(),
})

it('gives all documents by their chance, and those of one chance as they came, however often it went to disk', () => {
  fc.assert(
    fc.property(fc.array(document, { maxLength: 40 }), fc.constantFrom(1, 60, 1 << 20), (given, bytes) => {
      const documents = given.map(
        ({ origin, chance, ids, hasMask }): HeldDocument => ({
          origin,
          chance,
          ids: Uint32Array.from(ids),
          mask: hasMask ? Uint8Array.from(ids, (id) => id & 1) : undefined,
        }),
      )
      const path = join(dir, 'held')
      const held = new HeldTokens(path, bytes)
      for (const each of documents) held.add(each)
      const found = [...held.inOrder()].flat()
      held.close()
      expect(found).toEqual(documents.toSorted((a, b) => a.chance - b.chance))
      expect(existsSync(path)).toBe(false)
    }),
  )
})

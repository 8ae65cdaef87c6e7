import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { artefacts, type Fitted, openArtefact, writeArtefact } from './artefact.ts'
import { Store } from './store.ts'

const dir = mkdtempSync(join(tmpdir(), 'tilth-artefact-'))
const store = new Store(dir)
afterAll(() => rmSync(dir, { recursive: true }))

let fills = 0
const fill =
  (text: string) =>
  async (to: string): Promise<Fitted> => {
    fills++
    writeFileSync(join(to, 'model.json'), text)
    return {
      data: [{ role: 'positives', ref: 'webtext@1', hash: 'aa', documents: 2, bytes: 9 }],
      options: { seed: 0 },
      metrics: { auc: 0.75 },
    }
  }

it('is made once for a key, and numbered for another', async () => {
  const first = await writeArtefact(store, 'quality', 'quality-classifier', 'k1', fill('one'))
  const again = await writeArtefact(store, 'quality', 'quality-classifier', 'k1', fill('one'))
  const second = await writeArtefact(store, 'quality', 'quality-classifier', 'k2', fill('two'))
  expect([first.upToDate, again.upToDate, second.upToDate]).toEqual([false, true, false])
  expect(fills).toBe(2)
  expect(again.artefact.ref).toBe('quality@1')
  expect(readFileSync(join(openArtefact(store, 'quality').files, 'model.json'), 'utf8')).toBe('two')
  expect(openArtefact(store, 'quality@1').manifest).toMatchObject({
    kind: 'quality-classifier',
    key: 'k1',
    metrics: { auc: 0.75 },
    files: [{ file: 'model.json', bytes: 3 }],
  })
  expect(artefacts(store).map(({ ref }) => ref)).toEqual(['quality@1', 'quality@2'])
})

it('leaves nothing of a fit that failed', async () => {
  const fails = writeArtefact(store, 'bad', 'quality-classifier', 'k', async (to) => {
    writeFileSync(join(to, 'half'), '')
    throw new Error('stopped')
  })
  await expect(fails).rejects.toThrow('stopped')
  expect(readdirSync(store.path('building'))).toEqual([])
  expect(() => openArtefact(store, 'bad')).toThrow('no artefact bad')
})

it('says what there is instead', () => {
  expect(() => openArtefact(store, 'qualty')).toThrowError(
    expect.objectContaining({ code: 'not-found', hint: 'did you mean quality?' }),
  )
  expect(() => openArtefact(store, 'quality@7')).toThrowError(
    expect.objectContaining({ hint: 'quality has quality@1, quality@2' }),
  )
})

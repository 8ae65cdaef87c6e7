import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { wikipedia as format } from '../src/formats/wikipedia/wikipedia.ts'
import type { PayloadRecord, ReadItem } from '../src/model/record.ts'
import { wikipedia as stage } from '../src/stages/extract/wikipedia.ts'
import { memorySource } from './books-fixture.ts'
import { describeWithData, sharedData } from './shared-data.ts'

const DUMP = 'wikipedia/enwiki-pages-articles-shortened.xml.bz2'

async function readDump(): Promise<readonly ReadItem[]> {
  const source = memorySource(readFileSync(sharedData(DUMP)))
  const items: ReadItem[] = []
  const options = { options: format.options.parse({}), maxRecordBytes: 1 << 25, maxWindowBytes: 1 << 27 }
  for (const split of await format.split(source, options.options, 1 << 20)) {
    for await (const batch of format.read(source, split, options)) items.push(...batch)
  }
  return items
}

describeWithData('a Wikipedia dump', [DUMP], () => {
  it('holds the pages that bz2 and ElementTree count, and gives text for each article', async () => {
    const items = await readDump()
    const counts: Record<string, number> = {}
    const records: PayloadRecord[] = []
    for (const item of items) {
      const kind = 'record' in item ? 'record' : 'failure' in item ? item.failure.reason : item.skipped.skip
      counts[kind] = (counts[kind] ?? 0) + 1
      if ('record' in item) records.push(item.record)
    }
    // python3 bench/peers/wikipedia_mwparserfromhell.py ../shared/data/wikipedia/*.bz2 --counts
    expect(counts).toEqual({ 'not-an-article': 1, record: 106, redirect: 99 })
    await stage.load?.(stage.options.parse({}))
    const extract = stage.create(stage.options.parse({}))
    let drafts = 0
    for (const record of records) {
      const result = await extract(record, {})
      const draft = 'length' in result ? result[0] : undefined
      if (draft === undefined) continue
      drafts++
      expect(draft.text, record.url).not.toMatch(/\{\{|\}\}|\[\[|\]\]|\{\||<ref/)
      if (record.fields['title'] !== 'Albedo') continue
      expect(draft.meta).toMatchObject({
        title: 'Albedo',
        url: 'https://en.wikipedia.org/wiki/Albedo',
        language: 'en',
        licence: 'CC BY-SA',
      })
      expect(draft.text).toMatch(/^Albedo or reflection coefficient, derived from Latin albedo "whiteness"/)
      expect(draft.text).toContain(
        '\n\nTerrestrial albedo\n\nAlbedos of typical materials in visible light range from up to 0.9',
      )
      expect(draft.text).not.toMatch(/\n\n(?:References|External links)\n/)
    }
    expect(drafts).toBe(106)
  })
})

import { describe, expect, it } from 'vitest'
import { documentOf, recordOf } from '../../../test/webtext-documents.ts'
import type { Meta } from '../../model/document.ts'
import { html } from '../extract/html.ts'
import { licence } from './licence.ts'

const name = (text: string, meta: Meta, options: object = {}) =>
  licence.create(licence.options.parse(options))(documentOf(text, meta))

const BY = 'https://creativecommons.org/licenses/by/4.0/'

describe('licence', () => {
  it.each([
    [{ licence: BY, licenceSource: 'rel-license' }, 'CC-BY-4.0', 'rel-license'],
    [{ licence: 'CC BY-SA' }, 'CC-BY-SA', 'metadata'],
    [{ licence: 'https://a.org/terms' }, undefined, undefined],
    [{}, undefined, undefined],
  ])('of %j is %s from %s', (meta, licenceId, licenceSource) => {
    const expected = licenceId === undefined ? meta : { ...meta, licenceId, licenceSource }
    expect(name('A text.', meta)).toMatchObject([{ text: 'A text.', meta: expected }])
  })

  it('is read from the text where meta says nothing, unless told not to', () => {
    const text = `A text.\nUnder ${BY}`
    expect(name(text, {})).toMatchObject([{ meta: { licenceId: 'CC-BY-4.0', licenceSource: 'text' } }])
    expect(name(text, {}, { fromText: false })).toMatchObject([
      { meta: {}, signals: { known: 0, commercial: null } },
    ])
  })

  it.each([
    ['CC-BY-4.0', ['CC-BY'], true],
    ['CC-BY-SA-4.0', ['CC-BY'], false],
    ['CC-BY-SA-4.0', ['CC-BY', 'CC-BY-SA-4.0'], true],
    ['CC0', ['CC0'], true],
    ['unknown', ['CC0'], false],
  ])('%s with only %j is kept: %s', (said, only, kept) => {
    expect('drop' in name('A text.', { licence: said }, { only })).toBe(!kept)
  })

  it('says what the licence lets people do', () => {
    expect(name('t', { licence: 'CC BY-NC-ND 4.0' })).toMatchObject([
      { signals: { known: 1, commercial: 0, derivatives: 0 } },
    ])
  })

  it.each([
    [`<link rel="license" href="${BY}">`, 'rel-license'],
    [`<a href="${BY}">CC</a>`, 'link'],
    ['<meta name="dcterms.license" content="CC BY 4.0">', 'meta'],
    [
      `<script type="application/ld+json">{"@type":"Article","headline":"H","license":"${BY}"}</script>`,
      'linked-data',
    ],
  ])('follows what a page says by %s', async (markup, licenceSource) => {
    const page = `<html><body><article><p>${'A sentence of the page. '.repeat(30)}</p>${markup}</article></body></html>`
    const drafts = await html.create(html.options.parse({}))(
      recordOf(page, { contentType: 'text/html', url: 'http://a.org/' }),
      {},
    )
    const [draft] = drafts as readonly { text: string; meta: Meta }[]
    expect(name(draft?.text ?? '', draft?.meta ?? {})).toMatchObject([
      { meta: { licenceId: 'CC-BY-4.0', licenceSource } },
    ])
  })
})

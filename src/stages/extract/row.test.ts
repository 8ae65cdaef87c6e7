import { describe, expect, it } from 'vitest'
import { recordOf } from '../../../test/webtext-documents.ts'
import type { Json } from '../../model/document.ts'
import { row } from './row.ts'

const extract = (fields: Record<string, Json>, options = {}, attached = {}) =>
  row.create(row.options.parse(options))(recordOf('', { fields }), attached)

describe('row', () => {
  it('takes the text, and what the row says of it', () => {
    const known = { url: 'u', title: 't', author: 'a', date: '2024', language: 'en', licence: 'CC0' }
    expect(extract({ text: ' a\n', ...known, id: 5, other: 1 })).toEqual([
      { text: ' a\n', meta: { ...known, sourceId: '5' } },
    ])
  })

  it('keeps other fields that are named, of any kind', () => {
    const fields = { text: 'a', n: 0, list: [1, { b: null }], gone: null, empty: '', rest: 1 }
    const keep = ['n', 'list', 'gone', 'empty', 'missing', 'toString']
    expect(extract(fields, { keep })).toEqual([{ text: 'a', meta: { n: 0, list: [1, { b: null }] } }])
  })

  it('takes another field as text, and what a join attached over the row', () => {
    expect(extract({ title: 'the text', url: 'a' }, { text: 'title' }, { url: 'b' })).toEqual([
      { text: 'the text', meta: { url: 'b' } },
    ])
  })

  it.each([
    [{}, 'no-text'],
    [{ text: null }, 'no-text'],
    [{ text: '' }, 'no-text'],
    [{ text: ' \n\u00a0' }, 'no-text'],
    [{ text: 5 }, 'not-a-string'],
    [{ text: ['a'] }, 'not-a-string'],
    [{ text: false }, 'not-a-string'],
  ])('drops %j as %s', (fields, drop) => expect(extract(fields)).toMatchObject({ drop }))

  it('does not take a method of objects for a field', () => {
    expect(extract({}, { text: 'constructor' })).toMatchObject({ drop: 'no-text' })
  })
})

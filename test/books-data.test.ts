import { readFileSync } from 'node:fs'
import { beforeAll, expect, it } from 'vitest'
import type { PayloadRecord } from '../src/model/record.ts'
import { book } from '../src/stages/extract/book.ts'
import { epubRecord } from './books-fixture.ts'
import { describeWithData, sharedData } from './shared-data.ts'

beforeAll(() => book.load?.(book.options.parse({})))

async function read(record: PayloadRecord, options: object = {}) {
  const result = await book.create(book.options.parse(options))(record, {})
  const draft = 'length' in result ? result[0] : undefined
  if (draft === undefined) throw new Error(JSON.stringify(result))
  return draft
}

/** Words as Python's split() counts them. */
const wordsOf = (text: string) => text.split(/\s+/).filter((word) => word !== '').length

const text = (name: string): PayloadRecord => ({
  format: 'text',
  position: 0,
  contentType: 'text/plain',
  body: readFileSync(sharedData(`books/${name}`)),
  fields: {},
})

// python3 bench/peers/epub_zipfile.py ../shared/data/books/*.epub
const EPUBS = [
  {
    file: 'love-among-the-chickens.epub',
    spine: 29,
    bodyWords: 50_035,
    chapters: 23,
    notes: 0,
    author: 'P. G. Wodehouse',
    first:
      'I\n\nA Letter with a Postscript\n\n“A gentleman called to see you when you were out last night, sir,”',
    last: 'the profits of the first year at a conservative estimate…”',
  },
  {
    file: 'pepys-diary.epub',
    spine: 123,
    bodyWords: 1_175_931,
    chapters: 113,
    notes: 5401,
    author: 'Samuel Pepys',
    first:
      'January 1659–60\n\nBlessed be God, at the end of the last year I was in very good health, without any sense of my old pain, but upon taking of cold. I lived in Axe Yard, having my wife,',
    last: 'the good God prepare me!\n\nS. P.\n\nMay 31, 1669.',
  },
  {
    file: 'sherlock-holmes.epub',
    spine: 16,
    bodyWords: 104_372,
    chapters: 14,
    notes: 0,
    author: 'Arthur Conan Doyle',
    first: 'A Scandal in Bohemia\n\nI\n\nTo Sherlock Holmes she is always the woman.',
    last: 'at Walsall, where I believe that she has met with considerable success.',
  },
]

describeWithData(
  'EPUB books',
  EPUBS.map(({ file }) => `books/${file}`),
  () => {
    it.each(EPUBS)('$file holds the words that zipfile and ElementTree count', async (expected) => {
      const record = await epubRecord(readFileSync(sharedData(`books/${expected.file}`)))
      expect(record.fields['documents']).toBe(expected.spine)
      const draft = await read(record)
      // Thematic breaks are written as asterisks, and are no words of the book.
      expect(wordsOf(draft.text.replaceAll('\n\n* * *\n\n', '\n\n'))).toBe(expected.bodyWords)
      expect(draft.text.slice(0, expected.first.length)).toBe(expected.first)
      expect(draft.text.slice(-expected.last.length)).toBe(expected.last)
      expect(draft.text).not.toMatch(/Standard Ebooks|Uncopyright|[\u00a0\u00ad\u200a\u2060]/)
      expect(draft.meta).toMatchObject({
        author: expected.author,
        language: 'en-GB',
        licence: 'https://creativecommons.org/publicdomain/zero/1.0/',
        chapters: expected.chapters,
        notes: expected.notes,
      })
    })
  },
)

// cd ../shared/data/books
// python3 gutenberg_marks.py jack-sheppard-pg16215-latin1.txt latin-1 'EPOCH THE FIRST.' 'THE END.'
// python3 gutenberg_marks.py little-colonels-hero-pg15122.txt latin-1 'CHAPTER I.' 'THE END.'
const TEXTS = [
  {
    file: 'jack-sheppard-pg16215-latin1.txt',
    // One less than Python counts: the mark [A] of the footnote stands alone.
    words: 151_519 - 1,
    meta: {
      title: 'Jack Sheppard A Romance',
      author: 'William Harrison Ainsworth',
      language: 'en',
      date: '2005-07-06',
      chapters: 61,
      notes: 1,
    },
    first:
      'EPOCH THE FIRST.\n\n1703.\n\nJONATHAN WILD.\n\nJACK SHEPPARD.\n\nCHAPTER I.\n\nThe Widow and her Child.\n\nOn the night of Friday, the 26th of November, 1703, and at the hour of eleven, the door of a miserable habitation,',
    last: 'In after years, some pitying hand supplied the inscription, which ran thus--\n\nTHE END.',
  },
  {
    file: 'little-colonels-hero-pg15122.txt',
    words: 54_241,
    meta: {
      title: "The Little Colonel's Hero",
      author: 'Annie Fellows Johnston',
      language: 'en',
      date: '2005-02-21',
      chapters: 26,
      notes: 0,
    },
    first:
      'CHAPTER I.\n\nHER TWELFTH BIRTHDAY\n\n"Oh, Tarbaby! Everybody has forgotten that it is my birthday! Even Papa Jack has gone off to town',
    last: 'under the shade of the friendly old locusts.\n\nTHE END.',
  },
]

describeWithData(
  'Project Gutenberg texts',
  TEXTS.map(({ file }) => `books/${file}`),
  () => {
    it.each(TEXTS)('$file begins with its first chapter and ends with its last', async (expected) => {
      expect(wordsOf((await read(text(expected.file), { unwrap: false })).text)).toBe(expected.words)
      const draft = await read(text(expected.file))
      expect(draft.text.slice(0, expected.first.length)).toBe(expected.first)
      expect(draft.text.slice(-expected.last.length)).toBe(expected.last)
      expect(draft.text).not.toMatch(/Project Gutenberg|Distributed|\[Illustration|\u{fffd}/u)
      expect(draft.meta).toMatchObject(expected.meta)
    })

    it('reads Latin-1', async () => {
      expect((await read(text('little-colonels-hero-pg15122.txt'))).text).toContain('Hornèd Owl')
    })
  },
)

import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Document, Meta } from '../src/model/document.ts'
import type { PayloadRecord } from '../src/model/record.ts'
import type { Group, Parts, Stage, StageFiles } from '../src/model/stage.ts'
import { contentKey } from '../src/plan/canonical.ts'
import { STAGES } from '../src/stages/catalogue.ts'

/**
 * A stage's output over a fixed corpus is pinned to its revision: whoever changes what a stage gives
 * must raise the revision, because the revision is part of every plan id and of every cached result.
 */
const GOLDEN = 'test/golden/revisions.json'
type Golden = Record<string, { readonly revision: number; readonly output: string }>

const SENTENCES = [
  'The quick brown fox jumps over the lazy dog near the river bank.',
  'Training sets deserve the same care as the code that reads them, and more.',
  'Ein Satz mit Umlauten: Größe, Äpfel, Öl und Übermut.',
  '日本語の文章も数えられなければならない。',
  '- a bullet point with some words',
  'An unfinished thought...',
  '#tag #tag #tag',
  '    indented code = value;',
]

const TEXTS = [
  '',
  'short',
  SENTENCES.join('\n'),
  SENTENCES.join('\n\n').repeat(4),
  Array.from({ length: 120 }, (_, index) => SENTENCES[index % SENTENCES.length]).join(' '),
  `one line\r\nanother\tline \n\n\n\n\u0000control\u200bhidden ${'word '.repeat(60)}`,
  `${'Menu\n'.repeat(30)}${'Real text with many different words in it. '.repeat(12)}`,
]

const PAGE = `<!doctype html><html lang="en"><head><title>A page</title><meta name="author" content="Ada">
<link rel="license" href="https://creativecommons.org/licenses/by/4.0/"></head><body><nav><a href="/">Home</a><a href="/x">More</a></nav>
<article><h1>A heading</h1><p>${'A paragraph with enough words to be the main content of this page. '.repeat(6)}</p>
<pre>code()</pre><ul><li>one item</li><li>two items</li></ul></article><footer>Copyright and links</footer></body></html>`

const EPUB = {
  metadata: {
    title: 'A Book',
    creators: ['Ada'],
    language: 'en',
    rights: 'CC0',
    publisher: '',
    date: '',
    subjects: [],
    identifier: 'x',
  },
  items: [
    {
      href: 'title.xhtml',
      type: ['titlepage'],
      linear: true,
      html: '<html><body><h1>A Book</h1></body></html>',
    },
    {
      href: 'one.xhtml',
      type: ['chapter'],
      linear: true,
      html: `<html><body><h2>I</h2><p>${'It began with a sentence. '.repeat(20)}</p></body></html>`,
    },
  ],
}

const record = (part: Partial<PayloadRecord> & { readonly text: string }): PayloadRecord => {
  const { text, ...rest } = part
  return { format: 'test', position: 7, fields: {}, ...rest, body: Buffer.from(text) }
}

const RECORDS: readonly PayloadRecord[] = [
  record({
    text: PAGE,
    contentType: 'text/html',
    url: 'https://example.org/page',
    fields: { date: '2024-01-02T03:04:05Z', status: 200 },
  }),
  record({ text: TEXTS[3] ?? '', contentType: 'text/plain', fields: { fileName: 'notes.txt' } }),
  record({
    text: `---\ntitle: Notes\n---\n# Heading\n\n${TEXTS[2]}`,
    contentType: 'text/markdown',
    fields: { fileName: 'notes.md' },
  }),
  record({
    text: `'''Tilth''' is [[soil|good soil]].\n\n== Use ==\n* one\n* two\n{{stub}}`,
    contentType: 'text/x-wiki',
    url: 'https://en.wikipedia.org/wiki/Tilth',
    fields: { title: 'Tilth', ns: 0, redirect: '', timestamp: '2024-01-01T00:00:00Z', model: 'wikitext' },
  }),
  record({ text: JSON.stringify(EPUB), contentType: 'application/epub+zip', fields: {} }),
  record({
    text: '{}',
    format: 'jsonl',
    fields: { text: TEXTS[3] ?? '', id: 'x', url: 'https://example.org/row', title: 'Row' },
  }),
  record({
    text: '{}',
    format: 'reddit',
    url: 'http://Example.org:80/a?utm_source=x#top',
    fields: {
      id: 'abc',
      url: 'http://Example.org:80/a?utm_source=x#top',
      is_self: false,
      score: 5,
      subreddit: 'x',
      title: 'A link',
      created_utc: 1375315200,
      over_18: false,
      permalink: '/r/x/comments/abc/',
    },
  }),
]

const META: Meta = {
  url: 'https://example.org/page',
  rawUrl: 'http://example.org/page',
  score: 4,
  title: 'A page',
  submission: 'abc',
}
const DOCUMENTS: readonly Document[] = [
  ...TEXTS.map((text, index) => document(text, index, META)),
  document(TEXTS[3] ?? '', 90, { url: 'https://en.wikipedia.org/wiki/Soil' }),
  document('', 91, { url: 'https://www.reddit.com/r/x', score: 2 }),
  document('', 92, { url: 'https://i.imgur.com/x.jpg', score: 30 }),
]

const PERSONAL = [
  'jane@mail.org, +44 20 7946 0958, 4111 1111 1111 1111, 93.184.216.34, DE89370400440532013000',
  '811228-9874, 51.47789, -0.00147, AKIAZ7Q2MNB4XW3KLD5P, jane@example.com, 192.168.0.1, 2024-01-02 10:11',
]

/** Documents that only the stages they are about see, so that a new one moves no other output. */
const OWN: Readonly<Record<string, readonly Document[]>> = {
  'personal-data': PERSONAL.map((text, index) => document(text, 100 + index, {})),
  'dedup-semantic': [
    document('', 105, { embedding: [0.25, -1, 3] }),
    document('', 106, { embedding: [0.25, -1, 3.1], score: 1 }),
  ],
  'repair-text': [
    document('cafÃ© dâ€™or &eacute;\u0000 zero\u200bwidth exam-\nple example e\u0301', 110, {}),
  ],
  'mask-personal-data': PERSONAL.map((text, index) => document(text, 100 + index, {})),
}

function document(text: string, index: number, meta: Meta): Document {
  return {
    id: String(index).padStart(32, '0'),
    text,
    meta,
    origin: { uri: 'test', input: '0'.repeat(64), record: index },
  }
}

/** Options and files of stages that can do nothing without. */
const GIVEN: Readonly<Record<string, { readonly options: object; readonly files: StageFiles }>> = {
  decontaminate: {
    options: { sets: ['set.txt'], n: 6, minPiece: 20 },
    files: new Map([
      ['set.txt', [{ name: '', bytes: Buffer.from('Same care as the code that reads them!') }]],
    ]),
  },
}

async function outputOf(stage: Stage): Promise<unknown> {
  const options = stage.options.parse(GIVEN[stage.name]?.options ?? {})
  await stage.load?.(options)
  const documents = [...DOCUMENTS, ...(OWN[stage.name] ?? [])]
  switch (stage.kind) {
    case 'extract': {
      const apply = stage.create(options)
      return Promise.all(RECORDS.map((each) => apply(each, META)))
    }
    case 'rewrite':
      return documents.map(stage.create(options))
    case 'filter':
      return [documents.map(stage.measure(options)), stage.rules(options)]
    case 'annotate':
      return documents.map(stage.measure(options))
    case 'group':
      return groupOutput(stage, documents, options)
    case 'join':
      return [
        documents.map(stage.leftKey(options)),
        RECORDS.map(stage.rightKey(options)),
        documents.map(stage.merge(options)),
      ]
  }
}

function groupOutput(stage: Group, documents: readonly Document[], options: unknown): unknown {
  switch (stage.decides) {
    case 'survivor':
      return documents.map((document) => stage.keyed(options)(document))
    case 'clusters':
      return documents.map((document) => {
        const sketch = stage.sketched(options)(document)
        const shingles = [...stage.shingles(options)(document)]
        return [sketch && { ...sketch, keys: [...sketch.keys] }, shingles, stage.threshold(options) ?? null]
      })
    case 'spans':
      return documents.map((document) => {
        const plain = ({ keys, numbers }: Parts) => [[...keys], [...numbers]]
        const narrowed = stage.narrow?.(options)(document)
        const numbers = narrowed?.numbers ?? Uint32Array.of()
        const { files } = GIVEN[stage.name] ?? {}
        const parts = stage.parts(options, files)(document, numbers)
        const without = stage.without(options, files)
        return [
          narrowed === undefined ? null : plain(narrowed),
          plain(parts),
          without(document, Uint32Array.of()),
          without(document, parts.numbers.slice(0, 1)),
        ]
      })
  }
}

const update = process.env['TILTH_UPDATE_GOLDEN'] === '1'
const golden = JSON.parse(readFileSync(GOLDEN, 'utf8')) as Golden

describe('revisions', () => {
  it('cover every stage', () => {
    expect(STAGES.length).toBeGreaterThan(10)
    if (!update) expect(Object.keys(golden).sort()).toEqual(STAGES.map((stage) => stage.name).sort())
  })

  it.each(STAGES.map((stage) => [stage.name, stage] as const))(
    '%s gives what its revision gave',
    async (name, stage) => {
      const output = contentKey(await outputOf(stage))
      const pinned = golden[name]
      if (pinned?.revision === stage.revision) {
        expect(output, `the output of ${name} moved: raise its revision, then npm run test:update`).toBe(
          pinned.output,
        )
        return
      }
      expect(update, `${name} has a new revision: npm run test:update`).toBe(true)
      golden[name] = { revision: stage.revision, output }
      const known = new Set(STAGES.map((each) => each.name))
      const sorted = Object.entries(golden)
        .filter(([each]) => known.has(each))
        .sort(([a], [b]) => (a < b ? -1 : 1))
      writeFileSync(GOLDEN, `${JSON.stringify(Object.fromEntries(sorted), undefined, 2)}\n`)
    },
  )
})

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Document } from '../src/model/document.ts'
import type { StageFiles } from '../src/model/stage.ts'
import { book } from '../src/stages/extract/book.ts'
import { decontaminate } from '../src/stages/group/decontaminate.ts'
import { epubRecord } from '../test/books-fixture.ts'
import { decontaminatedByHand } from '../test/decontaminated-by-hand.ts'

const root = process.env['TILTH_SHARED_DATA'] ?? resolve(import.meta.dirname, '../../shared/data')
const PASSES = 5
/** Every so many-th post has a question planted in it, and a book one for each so many characters. */
const POSTS_APART = 20
const BOOK_APART = 300_000
const CHECKED_POSTS = 1500

/**
 * Questions of GSM8K planted in real posts and books, and taken out again: first held against what is worked out the slow way, then timed,
 * against sets of several sizes. Measured is both readings of a document and the cut; not how rows are read and written, nor the
 * exchange, which sees a key for each hit.
 *
 *     npm run bench decontaminate
 */
export async function run(): Promise<void> {
  const needed = ['dedup/posts.jsonl.gz', 'books', 'human/instruct/gsm8k'].map((path) => resolve(root, path))
  const missing = needed.find((path) => !existsSync(path))
  if (missing !== undefined) return void process.stdout.write(`skipped: no ${missing}\n`)
  const gsm8k = (split: string): Uint8Array =>
    gunzipSync(readFileSync(resolve(root, `human/instruct/gsm8k/${split}.jsonl.gz`)))
  const questions = linesOf(gsm8k('test')).map((line) => (JSON.parse(line) as { question: string }).question)
  const posts = linesOf(gunzipSync(readFileSync(resolve(root, 'dedup/posts.jsonl.gz')))).map(
    (line) => (JSON.parse(line) as { text: string }).text,
  )
  const books = await readBooks()
  const corpora = {
    posts: posts.map((text, at) => (at % POSTS_APART === 0 ? planted(text, [pick(questions, at)]) : text)),
    books: books.map((text, at) =>
      planted(
        text,
        Array.from({ length: Math.min(9, Math.floor(text.length / BOOK_APART)) }, (_, each) =>
          pick(questions, at * 40 + each),
        ),
      ),
    ),
  }
  const sets = {
    'GSM8K test': gsm8k('test'),
    'GSM8K test and train': Buffer.concat([gsm8k('test'), gsm8k('train')]),
    '100,000 examples in the words of the posts': madeOf(posts, 100_000),
  }
  check([...corpora.posts.slice(0, CHECKED_POSTS), ...corpora.books], sets['GSM8K test'])
  for (const [set, bytes] of Object.entries(sets)) {
    for (const [name, texts] of Object.entries(corpora)) measure(`${name}, ${set}`, texts, bytes)
  }
}

function measure(name: string, texts: readonly string[], set: Uint8Array): void {
  const files = filesOf(set)
  const begun = process.cpuUsage()
  const work = stage(files)
  work('nothing in it')
  const loading = secondsSince(begun)
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  const speeds: number[] = []
  let hits = 0
  let left = 0
  for (let pass = 0; pass < PASSES; pass++) {
    const before = process.cpuUsage()
    hits = 0
    left = 0
    for (const text of texts) {
      const done = work(text)
      hits += done.hits
      left += done.pieces.length
    }
    speeds.push(bytes / 1e6 / secondsSince(before))
  }
  process.stdout.write(
    `${name}: ${texts.length} documents, ${(bytes / 1e6).toFixed(1)} MB, ${hits} grams found, ${left} pieces left; ` +
      `${median(speeds).toFixed(0)} MB a CPU second (${speeds.map((speed) => speed.toFixed(0)).join(', ')}), the set in ${loading.toFixed(1)} s\n`,
  )
}

/** What the stage does to a document; every gram counts, as no exchange is there to say which do not. */
function stage(
  files: StageFiles,
): (text: string) => { readonly hits: number; readonly pieces: readonly string[] } {
  const options = decontaminate.options.parse({ sets: ['set.jsonl'], maxDocuments: 1_000_000 })
  const parts = decontaminate.parts(options, files)
  const without = decontaminate.without(options, files)
  return (text) => {
    const document: Document = { id: '1', text, meta: {}, origin: { uri: '', input: '', record: 0 } }
    const { numbers } = parts(document, Uint32Array.of())
    const made = without(document, numbers.slice())
    return { hits: numbers.length, pieces: 'drop' in made ? [] : made.map((each) => each.text) }
  }
}

/** As by hand, before any clock runs. */
function check(texts: readonly string[], set: Uint8Array): void {
  const examples = linesOf(set).flatMap((line) => Object.values(JSON.parse(line) as Record<string, string>))
  const limits = { n: 13, margin: 200, minPiece: 200, maxPieces: 10, maxDocuments: 1_000_000 }
  const wanted = decontaminatedByHand(texts, examples, limits)
  const work = stage(filesOf(set))
  let changed = 0
  for (const [at, text] of texts.entries()) {
    const { pieces } = work(text)
    if (JSON.stringify(pieces) !== JSON.stringify(wanted[at]))
      throw new Error(`document ${at} is not as by hand`)
    if (pieces[0] !== text) changed++
  }
  process.stdout.write(`${texts.length} documents as by hand, ${changed} of them cut or dropped\n`)
}

async function readBooks(): Promise<readonly string[]> {
  const read = book.create(book.options.parse({}))
  const texts: string[] = []
  for (const file of readdirSync(resolve(root, 'books')).sort()) {
    const path = resolve(root, 'books', file)
    const record = file.endsWith('.epub')
      ? await epubRecord(readFileSync(path))
      : {
          format: 'text',
          position: 0,
          contentType: 'text/plain',
          body: readFileSync(path),
          fields: {},
        }
    const made = await read(record, {})
    if ('length' in made) texts.push(...made.map(({ text }) => text))
  }
  return texts
}

/** Puts questions into a text, in capitals, at word ends evenly apart. */
function planted(text: string, questions: readonly string[]): string {
  let result = ''
  let at = 0
  for (const [number, question] of questions.entries()) {
    const to = text.indexOf(' ', Math.floor((text.length * (number + 1)) / (questions.length + 1)))
    if (to < at) continue
    result += `${text.slice(at, to)} "${question.toUpperCase()}" `
    at = to
  }
  return result + text.slice(at)
}

/** Examples of 40 words each, drawn from texts far apart: most words of the texts are in them, and their grams are not. */
function madeOf(texts: readonly string[], count: number): Uint8Array {
  const words = texts.flatMap((text) => text.split(/\s+/, 60))
  const lines = Array.from({ length: count }, (_, at) => {
    const question = Array.from(
      { length: 40 },
      (__, word) => words[(at * 7919 + word * 104_729) % words.length],
    )
    return `${JSON.stringify({ question: question.join(' ') })}\n`
  })
  return Buffer.from(lines.join(''))
}

function filesOf(set: Uint8Array): StageFiles {
  return new Map([['set.jsonl', [{ name: '', bytes: set }]]])
}

function pick(questions: readonly string[], at: number): string {
  return questions[at % questions.length] ?? ''
}

function linesOf(bytes: Uint8Array): readonly string[] {
  return Buffer.from(bytes).toString('utf8').trim().split('\n')
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0
}

function secondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

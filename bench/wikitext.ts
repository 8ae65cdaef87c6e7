import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { wikipedia as format } from '../src/formats/wikipedia/wikipedia.ts'
import type { Source } from '../src/model/record.ts'
import { wikipedia as stage } from '../src/stages/extract/wikipedia.ts'

const root = process.env['TILTH_SHARED_DATA'] ?? resolve(import.meta.dirname, '../../shared/data')
const dump = resolve(root, 'wikipedia/enwiki-pages-articles-shortened.xml.bz2')
const peer = resolve(import.meta.dirname, 'peers/wikipedia_mwparserfromhell.py')
const report = resolve(import.meta.dirname, '../docs/reference/wikitext-loss.md')

interface PeerPage {
  readonly key: string
  readonly strip: string
  readonly kinds: Readonly<Record<string, readonly string[]>>
}

interface Loss {
  words: number
  ours: number
  /** With no section skipped. */
  whole: number
  theirs: number
}

/**
 * What the stage `wikipedia` loses of wikitext, beside mwparserfromhell's `strip_code`.
 *
 *     PYTHON=python3 node bench/wikitext.ts
 *
 * PYTHON must have mwparserfromhell. Writes and prints docs/reference/wikitext-loss.md.
 */
export async function run(): Promise<void> {
  process.stdout.write(await measure())
}

async function measure(): Promise<string> {
  if (!existsSync(dump)) return `skipped: ${dump} is absent\n`
  const python = spawnSync(process.env['PYTHON'] ?? 'python3', [peer, dump], { maxBuffer: 1 << 28 })
  if (python.status !== 0) return `skipped: the peer failed: ${python.stderr.toString().slice(-300)}\n`
  const pages: PeerPage[] = python.stdout
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
  const { texts, bytes, seconds } = await ourTexts({})
  const unskipped = await ourTexts({ skipSections: [] })
  const byKind = new Map<string, Loss>()
  const both = { shared: 0, ours: 0, theirs: 0 }
  for (const page of pages) {
    const text = texts.get(page.key) ?? ''
    const [ours, theirs] = [trigrams(text), trigrams(page.strip)]
    const whole = trigrams(unskipped.texts.get(page.key) ?? '')
    const [ourWords, theirWords] = [wordsOf(text), wordsOf(page.strip)]
    both.shared += sharedWords(ourWords, theirWords)
    both.ours += ourWords.length
    both.theirs += theirWords.length
    for (const [kind, elements] of Object.entries(page.kinds)) {
      const loss = byKind.get(kind) ?? { words: 0, ours: 0, whole: 0, theirs: 0 }
      byKind.set(kind, loss)
      for (const element of elements) {
        const words = wordsOf(element)
        loss.words += words.length
        loss.ours += keptWords(words, ours)
        loss.whole += keptWords(words, whole)
        loss.theirs += keptWords(words, theirs)
      }
    }
  }
  const markdown = page(pages.length, bytes, seconds, both, byKind)
  writeFileSync(report, markdown)
  return markdown
}

async function ourTexts(
  settings: object,
): Promise<{ texts: Map<string, string>; bytes: number; seconds: number }> {
  const file = readFileSync(dump)
  const source: Source = {
    uri: dump,
    size: file.length,
    etag: '',
    async *read(start, end) {
      yield file.subarray(start, end)
    },
  }
  await stage.load?.(stage.options.parse(settings))
  const extract = stage.create(stage.options.parse(settings))
  const split = { start: 0, end: file.length, first: 0 }
  const texts = new Map<string, string>()
  let bytes = 0
  let micros = 0
  const options = { options: format.options.parse({}), maxRecordBytes: 1 << 25, maxWindowBytes: 1 << 27 }
  for await (const items of format.read(source, split, options)) {
    for (const item of items) {
      if (!('record' in item)) continue
      bytes += item.record.body.length
      const before = process.cpuUsage()
      const drafts = await extract(item.record, {})
      const { user, system } = process.cpuUsage(before)
      micros += user + system
      if ('length' in drafts) texts.set(item.record.key ?? '', drafts[0]?.text ?? '')
    }
  }
  return { texts, bytes, seconds: micros / 1e6 }
}

/** Words in lower case: letters and digits of any script. */
function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}

function trigrams(text: string): ReadonlySet<string> {
  const words = wordsOf(text)
  return new Set(words.map((_, index) => gram(words, index)))
}

/** Up to three words from `index` on; elements of one or two words are looked up as they are. */
function gram(words: readonly string[], index: number): string {
  return words.slice(index, index + 3).join(' ')
}

/** Words of an element that stand in one of its trigrams found in the text. */
function keptWords(words: readonly string[], text: ReadonlySet<string>): number {
  if (words.length < 3)
    return words.length > 0 && [...text].some((each) => ` ${each} `.includes(` ${words.join(' ')} `))
      ? words.length
      : 0
  const kept = new Set<number>()
  for (let index = 0; index + 3 <= words.length; index++) {
    if (text.has(gram(words, index))) for (const word of [index, index + 1, index + 2]) kept.add(word)
  }
  return kept.size
}

function sharedWords(left: readonly string[], right: readonly string[]): number {
  const counts = new Map<string, number>()
  for (const word of left) counts.set(word, (counts.get(word) ?? 0) + 1)
  let shared = 0
  for (const word of right) {
    const count = counts.get(word) ?? 0
    if (count > 0) shared++
    counts.set(word, count - 1)
  }
  return shared
}

function page(
  count: number,
  bytes: number,
  seconds: number,
  both: { shared: number; ours: number; theirs: number },
  byKind: ReadonlyMap<string, Loss>,
): string {
  const share = (part: number, whole: number): string =>
    whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`
  const rows = [...byKind].map(
    ([kind, { words, ours, whole, theirs }]) =>
      `| ${kind} | ${words} | ${share(ours, words)} | ${share(whole, words)} | ${share(theirs, words)} |`,
  )
  return `# What is lost of wikitext

The stage \`wikipedia\` makes plain text of wikitext with [wtf_wikipedia](https://github.com/spencermountain/wtf_wikipedia).
This table says what of a page does not reach the text, beside \`strip_code()\` of
[mwparserfromhell](https://github.com/earwig/mwparserfromhell). Measured on the ${count} articles (${(bytes / 1e6).toFixed(1)} MB of
wikitext) of a dump of the English Wikipedia of April 2016, by \`PYTHON=python3 node bench/wikitext.ts\`;
the dump is not part of this repository.

| element | words in it | kept by Tilth | with \`skipSections: []\` | kept by strip_code |
|---|---:|---:|---:|---:|
${rows.join('\n')}

A word counts as kept when a run of three words of its element that holds it stands in the text; so a
word of an element that is dropped still counts where the article says the same elsewhere. Elements
are counted once: a template in a reference is a reference, a list item in a table is the table.

Of the words of both texts, as bags: ${both.shared} in both, ${both.ours - both.shared} only in Tilth's (${share(both.ours - both.shared, both.ours)} of it),
${both.theirs - both.shared} only in strip_code's (${share(both.theirs - both.shared, both.theirs)} of it).

- Tilth drops references, tables, captions, galleries and formulas on purpose: their words do not
  stand in sentences. A sentence with a formula keeps a hole where the formula was.
- Of templates, Tilth keeps what wtf_wikipedia knows how to write (quotations, units, dates, names in
  other scripts); strip_code drops all of them.
- The lists that Tilth lacks stand for the most part in the sections that \`skipSections\` names (See
  also, References, External links and the like); the third column shows them kept.
- Speed of the stage: ${(bytes / 1e6 / seconds).toFixed(1)} MB of wikitext per CPU-second on one core (one run).
`
}

if (import.meta.main) await run()

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { loadTokenizer } from '../src/engine/tokens/load-tokenizer.ts'
import { extract } from '../src/html/extract.ts'
import type { Tokenizer } from '../src/tokenizers/tokenizer.ts'
import { Peer } from './peer.ts'

/**
 * Ids beside tiktoken and Hugging Face tokenizers, then MB of text a CPU second in turns with each, on one thread:
 * `TILTH_SHARED_DATA=... TILTH_PYTHON=VENV/bin/python npm run bench tokenize`. Needs
 * `pip install tiktoken==0.14.0 tokenizers==0.23.3 Django polib`. Texts are translations of Django in some hundred languages, the main
 * text of web pages, books, and posts; speed is measured on the posts and on the translations apart. Nothing is timed before all ids are equal.
 */
const ROUNDS = 3
const PEER_SCRIPT = 'bench/peers/token_ids.py'
const ENCODINGS = ['gpt2', 'cl100k_base', 'o200k_base']
const FILES = ['gpt2.json', 'o200k.json', 'bert.json', 'unigram.json', 'llama2.json']
const RANKS = dirname(createRequire(import.meta.url).resolve('gpt-tokenizer/data/o200k_base.tiktoken'))

export async function run(): Promise<void> {
  const python = process.env['TILTH_PYTHON']
  if (python === undefined) throw new Error('TILTH_PYTHON names no Python')
  const dir = mkdtempSync(join(tmpdir(), 'tilth-bench-tokenize-'))
  const call = (...args: readonly string[]): void => {
    execFileSync(python, [PEER_SCRIPT, ...args], { stdio: ['ignore', 'inherit', 'inherit'] })
  }
  try {
    call('texts', join(dir, 'languages.jsonl'))
    const languages = readLines(join(dir, 'languages.jsonl')) as { language: string; text: string }[]
    const translations = languages.map(({ text }) => text)
    const posts = gunzipLines('dedup/posts.jsonl.gz').map(({ text }) => text ?? '')
    const pages = gunzipLines('extraction/trafeval.jsonl.gz')
      .concat(gunzipLines('extraction/wcxb-dev.jsonl.gz'))
      .map(({ html }) => extract(Buffer.from(html ?? '')).text)
    const books = ['little-colonels-hero-pg15122.txt', 'jack-sheppard-pg16215-latin1.txt'].map((name) =>
      readFileSync(shared(`books/${name}`), 'latin1'),
    )
    const texts = [...translations, ...pages, ...books, ...posts]
    console.log(
      `${megabytes(translations)} MB of translations in ${new Set(languages.map(({ language }) => language)).size} languages, ` +
        `${megabytes(pages)} of pages, ${megabytes(books)} of books, ${megabytes(posts)} of posts`,
    )
    const files = {
      texts: join(dir, 'texts'),
      posts: join(dir, 'posts'),
      translations: join(dir, 'translations'),
    }
    writeTexts(files.texts, texts)
    writeTexts(files.posts, posts)
    writeTexts(files.translations, translations)
    call('tokenizers', RANKS, files.texts, dir)

    const names = [...ENCODINGS, ...FILES.map((file) => join(dir, file))]
    for (const name of names) {
      call('ids', RANKS, name, files.texts, join(dir, 'ids'))
      checkIds(loadTokenizer(name), texts, readFileSync(join(dir, 'ids'), 'utf8').trim().split('\n'))
    }
    console.log('\n| texts | tokenizer | ours, MB a CPU second | peer | ratio |\n|---|---|---|---|---|')
    for (const [title, list, file] of [
      ['posts', posts, files.posts],
      ['translations', translations, files.translations],
    ] as const) {
      for (const name of names) {
        const peer = await Peer.start(python, [PEER_SCRIPT, 'speed', RANKS, name, file])
        await beside(title, name.replace(/^.*\//, ''), loadTokenizer(name), list, peer)
        peer.close()
      }
    }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function checkIds(tokenizer: Tokenizer, texts: readonly string[], peer: readonly string[]): void {
  let tokens = 0
  let bad = 0
  for (const [at, text] of texts.entries()) {
    const ids = tokenizer.encode(text)
    tokens += ids.length
    const digest = createHash('sha256')
      .update(new Uint8Array(ids.buffer, 0, ids.byteLength))
      .digest('hex')
    if (peer[at] === `${ids.length} ${digest}`) continue
    bad++
    if (bad < 4) console.log(`${tokenizer.name}: text ${at} differs: ${JSON.stringify(text.slice(0, 200))}`)
  }
  if (bad > 0 || peer.length !== texts.length) throw new Error(`${tokenizer.name}: ${bad} texts differ`)
  console.log(`${tokenizer.name.replace(/^.*\//, '')}: ${tokens} ids of ${texts.length} texts are equal`)
}

async function beside(
  title: string,
  name: string,
  tokenizer: Tokenizer,
  texts: readonly string[],
  peer: Peer,
): Promise<void> {
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  const pass = (): { readonly seconds: number; readonly tokens: number } => {
    const before = process.cpuUsage()
    let tokens = 0
    for (const text of texts) tokens += tokenizer.encode(text).length
    const { user, system } = process.cpuUsage(before)
    return { seconds: (user + system) / 1e6, tokens }
  }
  const ours: number[] = []
  const theirs: number[] = []
  pass()
  for (let round = 0; round < ROUNDS; round++) {
    const own = pass()
    const other = (await peer.pass()) as { readonly cpuSeconds: number; readonly tokens: number }
    if (own.tokens !== other.tokens) throw new Error(`${name}: ${own.tokens} and ${other.tokens} tokens`)
    ours.push(bytes / 1e6 / own.seconds)
    theirs.push(bytes / 1e6 / other.cpuSeconds)
  }
  const [a, b] = [median(ours), median(theirs)]
  console.log(
    `| ${title} | ${name} | ${a.toFixed(1)} (${range(ours)}) | ${peer.version} ${b.toFixed(1)} (${range(theirs)}) | ${(a / b).toFixed(1)} |`,
  )
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
}

function range(values: readonly number[]): string {
  return `${Math.min(...values).toFixed(1)}–${Math.max(...values).toFixed(1)}`
}

function megabytes(texts: readonly string[]): string {
  return (texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / 1e6).toFixed(1)
}

function writeTexts(path: string, texts: readonly string[]): void {
  writeFileSync(path, texts.map((text) => `${JSON.stringify(text)}\n`).join(''))
}

function readLines(path: string): unknown[] {
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
}

function gunzipLines(name: string): { readonly text?: string; readonly html?: string }[] {
  return gunzipSync(readFileSync(shared(name)))
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { text?: string; html?: string })
}

function shared(name: string): string {
  return resolve(process.env['TILTH_SHARED_DATA'] ?? resolve(import.meta.dirname, '../../shared/data'), name)
}

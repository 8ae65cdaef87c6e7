import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as extractCommand from '../src/cli/extract.ts'
import { extractJsonl, MAX_LINE_BYTES } from '../src/cli/extract-jsonl.ts'
import type { LineSettings } from '../src/cli/extract-lines.ts'
import { extract } from '../src/index.ts'
import { runCommand } from './command.ts'
import { tilth } from './tilth.ts'

let dir = ''
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tilth-extract-'))
  writeFileSync(join(dir, 'page.html'), page('Barley'))
  writeFileSync(join(dir, 'page.html.gz'), gzipSync(page('Barley')))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** An article that any extractor finds, between menus. */
function page(crop: string): string {
  const sentence = `${crop} is sown in spring, when the soil has warmed, and it is cut in late summer, before the rain. `
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>On ${crop}</title></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/all">All crops</a></li></ul></nav>
<article><h1>On ${crop}</h1><p>${sentence.repeat(3)}</p><p>Grüße: ${sentence.repeat(4)}</p></article></body></html>`
}

const run = (...args: readonly string[]) => runCommand([extractCommand.register], dir, 'extract', ...args)

describe('tilth extract with one page', () => {
  it('prints the main text', async () => {
    const { out, error } = await run(join(dir, 'page.html'))
    expect(error).toBeUndefined()
    expect(out).toBe(`${extract(Buffer.from(page('Barley'))).text}\n`)
    expect(out).toContain('Grüße: Barley is sown')
    expect(out).not.toContain('All crops')
  })

  it('prints Markdown and JSON, of compressed pages too', async () => {
    const options = { url: 'https://example.org/barley' }
    const expected = extract(Buffer.from(page('Barley')), { ...options, format: 'json' })
    const file = join(dir, 'page.html.gz')
    const markdown = await run(file, '--format', 'markdown', '--url', options.url)
    expect(markdown.out).toBe(`${expected.markdown}\n`)
    const json = await run(file, '--format', 'json', '--url', options.url)
    expect(JSON.parse(json.out)).toEqual(JSON.parse(JSON.stringify(expected)))
    expect(JSON.parse(json.out)).toMatchObject({ title: 'On Barley', language: 'en' })
  })

  it('takes the character set from --content-type', async () => {
    const file = join(dir, 'koi8.html')
    const russian = 'Ячмень сеют весной, когда земля прогрелась, и убирают в конце лета, до дождей. '
    const koi8 = Buffer.from(
      [...`<p>${russian.repeat(8)}</p>`].map((each) => KOI8.get(each) ?? each.charCodeAt(0)),
    )
    writeFileSync(file, koi8)
    const { out } = await run(file, '--content-type', 'text/html; charset=koi8-r')
    expect(out).toContain('Ячмень сеют весной')
  })

  it('prints nothing for a page without text', async () => {
    writeFileSync(join(dir, 'empty.html'), '')
    expect(await run(join(dir, 'empty.html'))).toEqual({ out: '', error: undefined })
  })

  it('reads standard input, and says what is wrong with exit code 2', () => {
    const code = `import(${JSON.stringify(new URL('../src/cli/main.ts', import.meta.url).href)}).then((cli) => cli.main(['node', 'tilth', 'extract', '-']))`
    const ran = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', '-e', code], {
      input: page('Oats'),
      encoding: 'utf8',
    })
    expect(ran.stdout).toContain('Oats is sown in spring')
    expect(ran.status).toBe(0)
    const typo = tilth(dir, 'extract', 'page.html', '--fromat', 'json')
    expect(typo).toMatchObject({ out: '', code: 2 })
    expect(typo.err).toContain('--format')
  })

  it.each([
    { args: ['page.html', '--format', 'xml'], says: /text, markdown, json/ },
    { args: ['page.html', '--preset', 'fast'], says: /precision, balanced, recall/ },
    { args: ['page.html', '--workers', '2'], says: /--workers is for --jsonl/ },
    { args: ['page.html', '--jsonl', 'pages.jsonl'], says: /not both/ },
    { args: ['--jsonl', 'pages.jsonl', '--url', 'https://example.org/'], says: /each line has its own/ },
    { args: ['--jsonl', 'pages.jsonl', '--workers', '0'], says: /from 1 to 1024/ },
    { args: ['https://example.org/'], says: /expected a file/ },
    { args: ['no-such-file.html'], says: /no such file/ },
  ])('refuses $args', async ({ args, says }) => {
    const { out, error } = await run(...args)
    expect(out).toBe('')
    expect((error as Error).message).toMatch(says)
  })
})

const KOI8 = new Map(
  Array.from({ length: 128 }, (_, index): [string, number] => [
    new TextDecoder('koi8-r').decode(Uint8Array.of(128 + index)),
    128 + index,
  ]),
)

const SETTINGS: LineSettings = { format: 'text', options: {} }

interface Extracted {
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  readonly pages: number
  readonly errors: Readonly<Record<string, number>>
}

async function lines(
  input: string | Buffer | readonly Uint8Array[],
  workers = 1,
  settings = SETTINGS,
): Promise<Extracted> {
  const parts: Buffer[] = []
  const output = new Writable({
    // Small, so that every batch has to wait for the reader.
    highWaterMark: 16,
    write(chunk: Buffer, _, done) {
      parts.push(chunk)
      setImmediate(done)
    },
  })
  const chunks = typeof input === 'string' || Buffer.isBuffer(input) ? [Buffer.from(input)] : input
  const { pages, errors } = await extractJsonl(Readable.from(chunks), output, workers, settings)
  const text = Buffer.concat(parts).toString()
  expect(text === '' || text.endsWith('\n')).toBe(true)
  const rows = text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  return { rows, pages, errors }
}

const row = (id: unknown, fields: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ id, ...fields })

describe('tilth extract --jsonl', () => {
  it('writes id, text, title and metadata, and ignores other fields', async () => {
    const html_base64 = Buffer.from(page('Rye')).toString('base64')
    const { rows } = await lines(
      `${row('a', { html: page('Barley'), text: 'gold', score: 1 })}\n${row(7, { html_base64, url: null })}\n`,
    )
    const { text, title, markdown: _, blocks: __, ...metadata } = extract(Buffer.from(page('Barley')))
    expect(rows[0]).toEqual({ id: 'a', text, title, ...metadata })
    expect(Object.keys(rows[0] ?? {}).slice(0, 3)).toEqual(['id', 'text', 'title'])
    expect(rows[1]).toMatchObject({ id: 7, title: 'On Rye' })
  })

  it('writes Markdown in the place of text, or all of it', async () => {
    const input = row('a', { html: page('Barley') })
    const markdown = await lines(input, 1, { ...SETTINGS, format: 'markdown' })
    expect(Object.keys(markdown.rows[0] ?? {})).toContain('markdown')
    expect(Object.keys(markdown.rows[0] ?? {})).not.toContain('text')
    const json = await lines(input, 1, { ...SETTINGS, format: 'json' })
    expect(Object.keys(json.rows[0] ?? {})).toEqual(expect.arrayContaining(['text', 'markdown', 'blocks']))
  })

  it('keeps the order on any number of workers, and gives the same bytes', async () => {
    const sizes = [1, 60, 2, 1, 300, 1, 5, 90]
    const input = Array.from({ length: 400 }, (_, index) => {
      const padding = `<!--${'-x'.repeat((sizes[index % sizes.length] ?? 1) * 80)}-->`
      return row(index, { html: index % 50 === 7 ? 3 : page(`Crop ${index}`) + padding })
    }).join('\n')
    expect(input.length).toBeGreaterThan(2 << 20)
    const one = await lines(input, 1)
    expect(one.rows.map(({ id }) => id)).toEqual(Array.from({ length: 400 }, (_, index) => index))
    expect(one.errors).toEqual({ 'no-html': 8 })
    for (const workers of [2, 3]) expect(await lines(input, workers)).toEqual(one)
  })

  it.each([
    { line: '{"id": 1, "html": "<p>', error: 'bad-json', id: undefined },
    { line: '[1]', error: 'not-an-object', id: undefined },
    { line: 'null', error: 'not-an-object', id: undefined },
    { line: '{"html": "<p>text"}', error: 'no-id', id: undefined },
    { line: '{"id": 12345678901234567890, "html": "<p>text"}', error: 'no-id', id: undefined },
    { line: '{"id": "x"}', error: 'no-html', id: 'x' },
    { line: '{"id": "x", "html": 5}', error: 'no-html', id: 'x' },
    { line: '{"id": "x", "html": "<p>a", "html_base64": "PHA+"}', error: 'no-html', id: 'x' },
    { line: '{"id": "x", "html_base64": "P*A+"}', error: 'bad-base64', id: 'x' },
    { line: '{"id": "x", "html": "<p>a", "url": 5}', error: 'bad-url', id: 'x' },
  ])('puts $error in the place of $line', async ({ line, error, id }) => {
    const { rows, pages, errors } = await lines(
      `${row('a', { html: page('A') })}\n${line}\n${row('b', { html: page('B') })}`,
    )
    expect(rows[1]).toEqual(id === undefined ? { error, line: 2 } : { id, error, line: 2 })
    expect(rows.map((each) => each['title'])).toEqual(['On A', undefined, 'On B'])
    expect(pages).toBe(2)
    expect(errors).toEqual({ [error]: 1 })
  })

  it('refuses bytes that are not UTF-8 and lines above the limit, and holds neither against the next line', async () => {
    const latin1 = Buffer.from('{"id": 1, "html": "<p>Gr\xfc\xdfe"}\n', 'latin1')
    const piece = Buffer.alloc(8 << 20, 0x20)
    const long = Array.from({ length: MAX_LINE_BYTES / piece.length + 1 }, () => piece)
    const good = Buffer.from(`\n${row('z', { html: page('Z') })}\n`)
    const { rows } = await lines([latin1, ...long, good])
    expect(rows.slice(0, 2)).toEqual([
      { error: 'bad-utf8', line: 1 },
      { error: 'line-too-long', line: 2 },
    ])
    expect(rows[2]).toMatchObject({ id: 'z', title: 'On Z' })
  })

  it.each(['', '\n', '\r\n\r\n', '  \n\t\n'])('writes nothing for %j', async (input) => {
    expect(await lines(input, 2)).toEqual({ rows: [], pages: 0, errors: {} })
  })

  it('takes CRLF, a byte order mark, blank lines and a last line without its end', async () => {
    const input = `\ufeff${row(1, { html: page('A') })}\r\n\r\n${row(2, { html: page('B') })}\r\n{\r\n${row(3, { html: page('C') })}`
    for (const chunks of [[Buffer.from(input)], [...Buffer.from(input)].map((byte) => Buffer.of(byte))]) {
      const { rows } = await lines(chunks)
      expect(rows.map(({ id, title, line }) => [id, title, line])).toEqual([
        [1, 'On A', undefined],
        [2, 'On B', undefined],
        [undefined, undefined, 4],
        [3, 'On C', undefined],
      ])
    }
  })

  it('reads a lone surrogate of a page as a damaged character, not as a bad line', async () => {
    const { rows } = await lines(
      `{"id": 1, "html": "<p>${'It is a long sentence. '.repeat(20)}\\ud83d end</p>"}`,
    )
    expect(rows[0]?.['text']).toContain('\ufffd end')
  })

  it('writes a line as it comes, while the next is not there yet', async () => {
    let written: () => void = () => undefined
    const output = new Writable({
      write(_, __, done) {
        done()
        written()
      },
    })
    const slow = async function* (): AsyncGenerator<Uint8Array> {
      for (let id = 0; id < 6; id++) {
        const told = new Promise<void>((resolve) => {
          written = resolve
        })
        yield Buffer.from(`${row(id, { html: page('A') })}\n`)
        await told
      }
    }
    // Ends only if each line is written before the next is given.
    for (const workers of [1, 2]) {
      expect(await extractJsonl(slow(), output, workers, SETTINGS)).toEqual({ pages: 6, errors: {} })
    }
  })

  it('reads no further than a few batches while nobody takes the output', async () => {
    const chunk = Buffer.from(`${row(1, { html: page('A') + '<!--x-->'.repeat(1 << 16) })}\n`)
    let given = 0
    let seen: () => void = () => undefined
    const first = new Promise<void>((resolve) => {
      seen = resolve
    })
    let goOn: () => void = () => undefined
    const output = new Writable({
      highWaterMark: 1,
      write(_, __, done) {
        goOn = done
        seen()
      },
    })
    const chunks = async function* (): AsyncGenerator<Uint8Array> {
      for (; given < 100; given++) yield chunk
    }
    const running = extractJsonl(chunks(), output, 2, SETTINGS)
    await first
    for (let before = -1; before !== given; ) {
      before = given
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
    expect(given).toBeLessThan(20)
    output._write = (_, __, done) => done()
    goOn()
    expect((await running).pages).toBe(100)
  })

  it('reads compressed files, counts bad lines on standard error, and ends with 3', () => {
    const input = `${row(1, { html: page('A') })}\nno JSON\n{}\n`
    writeFileSync(join(dir, 'pages.jsonl.gz'), gzipSync(input))
    writeFileSync(join(dir, 'pages.jsonl.zst'), zstdCompressSync(input))
    const gzip = tilth(dir, 'extract', '--jsonl', 'pages.jsonl.gz', '--workers', '2')
    expect(gzip.code).toBe(3)
    expect(gzip.err).toBe('2 bad lines of 3: bad-json 1, no-id 1\n')
    expect(gzip.out.split('\n')).toHaveLength(4)
    expect(tilth(dir, 'extract', '--jsonl', 'pages.jsonl.zst', '--workers', '1')).toEqual(gzip)
  })

  it('writes what comes before damage, and ends with 6', () => {
    const whole = gzipSync(
      Array.from({ length: 2000 }, (_, index) => row(index, { html: page(`Crop ${index * 7919}`) })).join(
        '\n',
      ),
    )
    writeFileSync(join(dir, 'cut.jsonl.gz'), whole.subarray(0, whole.length / 2))
    const { out, err, code } = tilth(dir, 'extract', '--jsonl', 'cut.jsonl.gz', '--workers', '1')
    expect(code).toBe(6)
    expect(err).toContain('cut-gzip')
    const rows = out.trimEnd().split('\n')
    expect(rows.length).toBeGreaterThan(100)
    expect(rows.map((line) => (JSON.parse(line) as { id: number }).id)).toEqual(rows.map((_, index) => index))
  })

  it('ends quietly when its reader has seen enough', async () => {
    const many = Array.from({ length: 3000 }, (_, index) => row(index, { html: page('A') })).join('\n')
    writeFileSync(join(dir, 'many.jsonl'), many)
    const code = `import(${JSON.stringify(new URL('../src/cli/main.ts', import.meta.url).href)}).then((cli) => cli.main(['node', 'tilth', 'extract', '--jsonl', 'many.jsonl', '--workers', '2']))`
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '-e', code], { cwd: dir })
    let complaint = ''
    child.stderr.on('data', (chunk) => {
      complaint += String(chunk)
    })
    child.stdout.once('data', () => child.stdout.destroy())
    expect(await once(child, 'close')).toEqual([0, null])
    expect(complaint).toBe('')
  })
})

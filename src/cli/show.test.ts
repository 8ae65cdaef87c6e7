import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCommand } from '../../test/command.ts'
import { fixtureVersion, HOSTILE } from '../../test/fixture-version.ts'
import { Store } from '../store/store.ts'
import { register } from './show.ts'

const dir = mkdtempSync(join(tmpdir(), 'tilth-show-'))
beforeAll(async () => {
  await fixtureVersion(dir, { rowsPerShard: 50 })
  await new Store(dir).tag('fixture', 'best', 1)
})
afterAll(() => rmSync(dir, { recursive: true }))

const show = (...args: readonly string[]) => runCommand([register], dir, 'show', ...args)

describe('tilth show VERSION', () => {
  it('prints the funnel, facts, inputs and shards', async () => {
    const { out, error } = await show('fixture')
    expect(error).toBeUndefined()
    expect(out).toContain(
      [
        'step       in   kept   dropped   failed   most for',
        'content   198    195         2        1   no-content 2, http-chunk 1',
        'length    195    150        45            too-short 45',
        'lines     150    130        20            repeated-lines 20',
        'exact     130    128         2            duplicate 2',
      ].join('\n'),
    )
    expect(out).toMatch(/^fixture@1 {3}128 documents {3}197 kB text {3}[\d.]+ kB disk {3}3\.9 s\n/)
    expect(out).toContain('tags       best\n')
    expect(out).toContain('crawl/pages-000<1>.warc.gz')
    expect(out).toContain('signals-00003.parquet')
  })

  it('bounds its lists', async () => {
    expect((await show('fixture', '--limit', '2')).out).toContain('and 7 more')
  })

  it('prints the manifest as JSON', async () => {
    expect(JSON.parse((await show('fixture@best', '--json')).out)).toMatchObject({
      version: 'fixture@1',
      tags: ['best'],
      manifest: { number: 1 },
      plan: { steps: [{ name: 'content' }, {}, {}, {}] },
    })
  })

  it.each([
    [['nothing'], { code: 'not-found' }],
    [['fixture@7'], { code: 'not-found' }],
    [['fixture', '--limit', '-1'], { code: 'usage' }],
    [['fixture', '--rejected', 'too-shirt'], { code: 'not-found', hint: 'did you mean too-short?' }],
    [['fixture', 'https://nowhere.example/'], { code: 'not-found' }],
    [['fixture', '--rejcted'], { code: 'commander.unknownOption' }],
  ])('refuses %j', async (args, expected) => {
    const { out, error } = await show(...args)
    expect(error).toMatchObject(expected)
    expect(out).toBe('')
  })
})

describe('tilth show VERSION ID_OR_URL', () => {
  it('prints a kept document with its origin and text', async () => {
    const { out } = await show('fixture', 'https://site-7.example/page/160')
    expect(out).toContain('https://site-7.example/page/160   kept\n')
    expect(out).toContain('source     crawl/pages-000<1>.warc.gz, record 160\n')
    expect(out).toContain('licence    "><script>alert(5)</script>\n')
    expect(out).toContain(`\n\n${HOSTILE['script']}\n`)
  })

  it('prints a dropped document with what decided', async () => {
    const { out } = await show('fixture', 'https://site-0.example/page/0')
    expect(out).toContain('dropped at length by too-short\n')
    expect(out).toContain('value      words 6, limit 50\n')
  })

  it('says when there is no text', async () => {
    expect((await show('fixture', 'https://site-6.example/page/168')).out).toContain('does not hold its text')
  })

  it('lets no document drive the terminal', async () => {
    const { out } = await show('fixture', 'https://site-2.example/page/164')
    expect(out).toContain('nul ␀ escape ␛[31m bell ␇ return ␍ zero')
    expect(out).not.toMatch(/[\0\x1b\x07\r]/)
  })

  it('prints the exact text as JSON', async () => {
    const [row] = JSON.parse((await show('fixture', 'https://site-2.example/page/164', '--json')).out) as [
      { outcome: string; text: string },
    ]
    expect(row.outcome).toBe('kept')
    expect(row.text).toContain('nul \0 escape \x1b[31m')
  })
})

describe('tilth show VERSION --rejected', () => {
  it('lists what failed, and where', async () => {
    const { out } = await show('fixture', '--rejected', 'failed')
    expect(out).toMatch(/content {3}http-chunk .* pages-000<1>\.warc\.gz, record 170: chunk size "zz<b>"/)
  })

  it('lists a reason and says that there is more', async () => {
    const { out } = await show('fixture', '--rejected', 'too-short', '--limit', '5')
    expect(out.split('\n').filter((line) => line.startsWith('length')).length).toBe(5)
    expect(out).toContain('the first 5; more with --limit')
  })

  it('lists everything that a step rejected as JSON lines', async () => {
    const lines = (await show('fixture', '--rejected', '--step', 'lines', '--json')).out.trimEnd().split('\n')
    expect(lines.length).toBe(20)
    for (const line of lines)
      expect(JSON.parse(line)).toMatchObject({ step: 'lines', reason: 'repeated-lines' })
  })

  it('says none when there is none', async () => {
    expect((await show('fixture', '--rejected', 'too-short', '--step', 'lines')).out).toBe('none\n')
  })
})

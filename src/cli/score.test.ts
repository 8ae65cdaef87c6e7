import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync, zstdDecompressSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCommand } from '../../test/command.ts'
import { tilthOn } from '../../test/tilth.ts'
import { RULE_SETS } from '../stages/rule-sets.ts'
import { readTable } from '../store/table.ts'
import * as compareRules from './compare-rules.ts'
import * as rules from './rules.ts'
import * as score from './score.ts'
import { openScoreOutput } from './score-output.ts'

const PROSE =
  'The cat that sat on the mat was fed to the brim with milk and with cream. It slept for the rest of the day, and ' +
  'nobody in the house would have dared to wake it. In the evening it rose to its feet. It went out of the door and ' +
  'into the garden, where a mouse had made a nest under the old tree. Would it be caught? No, it would not be. '
const ROWS = [
  { id: 'prose', text: PROSE },
  { id: 7, text: 'Short' },
  { id: 'menu', text: `${'Home\n'.repeat(30)}${PROSE}` },
  { text: `${PROSE}\nif (x) { return }` },
]

let dir = ''
let input = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tilth-score-'))
  input = join(dir, 'rows.jsonl')
  writeFileSync(input, ROWS.map((row) => `${JSON.stringify(row)}\n`).join(''))
})
afterEach(() => {
  rmSync(dir, { recursive: true })
  process.exitCode = undefined
})

const run = (...args: readonly string[]) =>
  runCommand([score.register, rules.register, compareRules.register], dir, ...args)
const linesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

const SETS = 'gopher-quality@datatrove-0.10,gopher-repetition@datatrove-0.10,c4@datatrove-0.10-nopunct'

describe('tilth score', () => {
  it('says what it did as JSON', async () => {
    const out = join(dir, 'out.jsonl')
    const { out: said } = await run('score', input, '--rules', 'c4@code', '--out', out, '--json')
    expect(JSON.parse(said)).toEqual({ out, rows: 4, errors: {}, rules: ['c4@code'] })
  })

  it('takes several files, globs and standard input, and says which file a row is of', async () => {
    const second = join(dir, 'second.jsonl')
    writeFileSync(second, `${JSON.stringify({ text: PROSE })}\n{}\n`)
    const out = join(dir, 'out.jsonl')
    const pattern = join(dir, '{rows,second}.jsonl')
    expect((await run('score', pattern, '--rules', 'c4@paper', '--out', out)).error).toBeUndefined()
    const lines = linesOf(readFileSync(out, 'utf8'))
    expect(lines.map(({ id }) => id)).toEqual([
      'prose',
      '7',
      'menu',
      `${input}:3`,
      `${second}:0`,
      `${second}:1`,
    ])
    expect(lines.at(-1)).toEqual({ id: `${second}:1`, error: 'no-text', position: 1, file: second })
    const none = await run('score', join(dir, '*.csv'), '--rules', 'c4@paper', '--out', out)
    expect(String(none.error)).toMatch(/no file matches it/)
    const twice = await run('score', input, input, '--rules', 'c4@paper', '--out', out)
    expect(String(twice.error)).toMatch(/given twice/)

    for (const bytes of [readFileSync(input), gzipSync(readFileSync(input))]) {
      const ran = tilthOn(bytes, dir, 'score', '-', '--rules', 'c4@paper', '--out', 'piped.jsonl')
      expect(ran).toMatchObject({ code: 0, out: expect.stringContaining('4 rows scored') })
      const piped = linesOf(readFileSync(join(dir, 'piped.jsonl'), 'utf8'))
      expect(piped.map(({ id }) => id)).toEqual(['prose', '7', 'menu', '3'])
    }
    const compared = tilthOn(
      readFileSync(input),
      dir,
      'compare-rules',
      '-',
      'second.jsonl',
      '--rules',
      'c4@paper,gopher-quality@paper',
    )
    expect(compared.out).toMatch(/5 texts/)
  })

  it('sets options of a rule set', async () => {
    const out = join(dir, 'out.jsonl')
    const name = 'gopher-quality@datatrove-0.10'
    const score = (set: string) => run('score', input, '--rules', name, '--set', set, '--out', out)
    expect((await score(`${name}.minWords=1`)).error).toBeUndefined()
    const verdicts = linesOf(readFileSync(out, 'utf8')).map(
      (line) => Object.values(line['verdicts'] as object)[0],
    )
    expect(verdicts[1]).not.toBe('too-short')
    expect(String((await score(`${name}.minWord=1`)).error)).toMatch(/has no option minWord/)
    expect(String((await score(`${name}.minWords=many`)).error)).toMatch(/minWords: .*expected number/)
    expect(String((await score('c4@paper.x=1')).error)).toMatch(/expected RULE-SET\.OPTION=VALUE/)
  })

  it('writes a line for each row with the verdict of each rule set, and its signals', async () => {
    const out = join(dir, 'out.jsonl')
    expect((await run('score', input, '--rules', SETS, '--out', out)).error).toBeUndefined()
    const lines = linesOf(readFileSync(out, 'utf8'))
    expect(lines.map((line) => [line['id'], Object.values(line['verdicts'] as object)])).toEqual([
      ['prose', [null, null, null]],
      ['7', ['too-short', null, 'few-sentences']],
      ['menu', [null, 'repeated-lines', null]],
      ['3', [null, null, 'curly-bracket']],
    ])
    expect(Object.keys(lines[0]?.['verdicts'] as object)).toEqual(SETS.split(','))
    expect(lines[1]?.['signals']).toMatchObject({
      'gopher-quality@datatrove-0.10.words': 1,
      'gopher-repetition@datatrove-0.10.characters': 5,
      'gopher-repetition@datatrove-0.10.top4GramRatio': null,
      'c4@datatrove-0.10-nopunct.sentences': 0,
    })
    expect(readdirSync(dir).sort()).toEqual(['out.jsonl', 'rows.jsonl'])
  })

  it('cuts words as it is told to', async () => {
    const words = async (...flags: readonly string[]) => {
      const out = join(dir, 'out.jsonl')
      await run('score', input, '--rules', 'gopher-quality@paper', '--out', out, ...flags)
      const signals = linesOf(readFileSync(out, 'utf8')).map(
        (line) => line['signals'] as Record<string, number>,
      )
      return signals[0]?.['gopher-quality@paper.words']
    }
    expect(await words()).toBe(PROSE.trim().split(' ').length)
    expect(await words('--words', 'whitespace')).toBe(PROSE.trim().split(' ').length)
    expect(await words('--words', 'unicode')).toBe(
      PROSE.trim().split(' ').length + (PROSE.match(/[.,?]/g)?.length ?? 0),
    )
  })

  it('writes the same compressed and as Parquet, chosen by the ending', async () => {
    const plain = join(dir, 'out.jsonl')
    for (const name of ['out.jsonl', 'out.jsonl.gz', 'out.jsonl.zst', 'out.parquet']) {
      expect((await run('score', input, '--rules', SETS, '--out', join(dir, name))).error).toBeUndefined()
    }
    const text = readFileSync(plain, 'utf8')
    expect(gunzipSync(readFileSync(`${plain}.gz`)).toString()).toBe(text)
    expect(zstdDecompressSync(readFileSync(`${plain}.zst`)).toString()).toBe(text)
    const rows = []
    for await (const batch of readTable(join(dir, 'out.parquet'))) rows.push(...batch)
    const flat = linesOf(text).map(({ id, verdicts, signals }) => ({
      id,
      ...prefixed('verdicts', verdicts),
      ...prefixed('signals', signals),
    }))
    expect(rows).toEqual(flat)
  })

  it('reads what it wrote as Parquet, and compressed rows, under names that are given', async () => {
    const other = join(dir, 'other.jsonl.gz')
    writeFileSync(other, gzipSync(JSON.stringify({ key: 'a', meta: { body: PROSE } })))
    const out = join(dir, 'out.jsonl')
    await run('score', other, '--rules', 'c4@code', '--text', 'meta.body', '--id', 'key', '--out', out)
    expect(linesOf(readFileSync(out, 'utf8'))[0]).toMatchObject({ id: 'a', verdicts: { 'c4@code': null } })
  })

  it('says which rows it could not read, scores the others, and ends with 3', async () => {
    writeFileSync(input, `{"id":"a","text":"x"}\n{broken\n{"id":"c"}\n{"id":"d","text":5}\n`)
    const out = join(dir, 'out.jsonl')
    expect((await run('score', input, '--rules', 'c4@paper', '--out', out)).error).toBeUndefined()
    expect(process.exitCode).toBe(3)
    expect(linesOf(readFileSync(out, 'utf8'))).toMatchObject([
      { id: 'a', verdicts: { 'c4@paper': 'few-sentences' } },
      { id: null, error: 'bad-json', position: 1 },
      { id: 'c', error: 'no-text', position: 2 },
      { id: 'd', error: 'not-a-string', position: 3 },
    ])
  })

  it.each([
    [['--rules', 'gopher-quality'], /no rule set/, /is one of gopher-quality@paper/],
    [['--rules', 'gopher-qualty@paper'], /no rule set/, /did you mean "gopher-quality@paper"/],
    [['--rules', 'c4@code,c4@code'], /c4@code is there twice/, undefined],
    [['--rules', 'c4@code', '--out', 'x.csv'], /ends in .jsonl or .parquet/, undefined],
  ])('refuses %j', async (flags, message, hint) => {
    const result = await run('score', input, '--out', join(dir, 'o.jsonl'), ...flags)
    expect(result.error).toMatchObject({ code: 'usage' })
    expect((result.error as Error).message).toMatch(message)
    if (hint !== undefined) expect((result.error as { hint?: string }).hint).toMatch(hint)
  })

  it('refuses a file that is no rows', async () => {
    const result = await run('score', 'page.html', '--rules', 'c4@code', '--out', join(dir, 'o.jsonl'))
    expect(result.error).toMatchObject({ code: 'input' })
  })
})

describe('the file of tilth score', () => {
  it('is not there, nor a part of it, when the input is not', async () => {
    const out = join(dir, 'out.jsonl')
    expect((await run('score', join(dir, 'none.jsonl'), '--rules', SETS, '--out', out)).error).toBeDefined()
    // What a stream opens late would come now.
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    expect(readdirSync(dir)).toEqual(['rows.jsonl'])
  })

  it.each(['out.jsonl', 'out.jsonl.zst', 'out.parquet'])(
    'is refused as %s in a folder that is not there',
    async (name) => {
      const out = join(dir, 'none', name)
      expect((await run('score', input, '--rules', SETS, '--out', out)).error).toMatchObject({
        code: 'usage',
        message: expect.stringContaining(`--out ${out}: cannot be written`),
      })
    },
  )

  it('takes rows that cannot be read as they come', async () => {
    const out = join(dir, 'out.jsonl')
    const output = openScoreOutput(out, [])
    for (let row = 0; row < 20_000; row++) {
      const waiting = output.fail(`row ${row}`, 'no-text', row, undefined)
      if (waiting !== undefined) await waiting
    }
    const [part] = readdirSync(dir).filter((name) => name.endsWith('.partial'))
    expect(statSync(join(dir, part ?? '')).size).toBeGreaterThan(500_000)
    await output.finish()
    expect(linesOf(readFileSync(out, 'utf8'))).toHaveLength(20_000)
  })
})

describe('tilth rules', () => {
  it('lists every rule set with limits, sources and the names that the source uses', async () => {
    const sets = JSON.parse((await run('rules', '--json')).out) as {
      name: string
      rules: { signal: string; limit: number; source: string; peerReason?: string; reason: string }[]
    }[]
    expect(sets.map(({ name }) => name)).toContain('gopher-quality@datatrove-0.10')
    const c4 = sets.find(({ name }) => name === 'c4@datatrove-0.10-nopunct')
    expect(c4?.rules.map(({ reason, peerReason }) => [reason, peerReason])).toEqual([
      ['lorem-ipsum', 'lorem_ipsum'],
      ['curly-bracket', 'curly_bracket'],
      ['few-sentences', 'too_few_sentences'],
    ])
    for (const { name, rules } of sets.filter(({ name }) => name.includes('@'))) {
      for (const rule of rules) expect(rule.peerReason, `${name} ${rule.reason}`).toBeTruthy()
    }
  })

  it('shows one', async () => {
    const { out } = await run('rules', 'c4@code')
    expect(out).toContain('c4-lines@code (rewrite)')
    expect(out).toContain('sentences >= 3')
  })

  it.each([
    ['c4@code', /few-words +lines of fewer than 5 words.* lines-too-short +TensorFlow Datasets/],
    ['c4@code', /keptLines +Of these, the lines that stay\./],
    ['refinedweb', /counter +lines that only count.* counter_line_modifier +DCLM/],
    ['redpajama-v2', /rps_doc_word_count +Words\./],
    ['ccnet', /tail-perplexity +perplexity < tailCutoff /],
  ])('shows rules on lines and signals of %s, and no limit that a recipe must give', async (name, line) => {
    expect((await run('rules', name)).out).toMatch(line)
  })

  it('gives no rule on lines to a set whose source has none', async () => {
    expect((await run('rules', 'c4@paper')).out).not.toContain('long-word')
    expect((await run('rules', 'c4@datatrove-0.10-nopunct')).out).not.toContain('no-end-mark')
    for (const { name, steps } of RULE_SETS) {
      const lines = steps.flatMap((step) => (step.kind === 'rewrite' ? (step.lineRules ?? []) : []))
      expect(lines.length > 0, name).toBe(/^(?:c4|refinedweb)/.test(name))
      for (const { reason, takesOut, peerReason, source } of lines)
        expect([reason, takesOut, peerReason, source], name).not.toContain('')
    }
  })
})

describe('tilth compare-rules', () => {
  it('says how many texts are judged differently, by which rules, with examples', async () => {
    const { out } = await run('compare-rules', input, '--rules', SETS, '--json')
    const result = JSON.parse(out) as {
      texts: number
      disagreed: number
      pairs: { leftOnly: { reason: string; examples: { id: string }[] }[]; rightOnly: { reason: string }[] }[]
    }
    expect(result).toMatchObject({ texts: 4, disagreed: 3 })
    expect(result.pairs.length).toBe(3)
    expect(result.pairs[0]?.leftOnly).toMatchObject([
      { reason: 'too-short', texts: 1, examples: [{ id: '7', value: 1, limit: 50 }] },
    ])
    expect(result.pairs[0]?.rightOnly.map(({ reason }) => reason)).toEqual(['repeated-lines'])
  })

  it('prints it for people', async () => {
    const { out } = await run('compare-rules', input, '--rules', SETS)
    expect(out).toContain('4 texts, 3 (75 %) on which they do not agree')
    expect(out).toMatch(/repeated-lines +1 +repeatedLineRatio <= 0.3 +menu \(/)
  })

  it('wants two rule sets', async () => {
    const result = await run('compare-rules', input, '--rules', 'c4@code')
    expect(result.error).toMatchObject({ code: 'usage' })
  })
})

function prefixed(name: string, values: unknown): object {
  return Object.fromEntries(Object.entries(values as object).map(([key, value]) => [`${name}.${key}`, value]))
}

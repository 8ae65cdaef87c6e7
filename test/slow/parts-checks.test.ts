import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Workplace } from '../engine-run.ts'
import { drawn, plantedText } from '../planted-quality.ts'
import { tilth } from '../tilth.ts'

const place = new Workplace()
afterAll(() => place.remove())

const rows = (name: string, count: number, chance: number): Buffer => {
  const random = drawn(count)
  return Buffer.from(
    Array.from(
      { length: count },
      (_, at) =>
        `${JSON.stringify({ id: `${name}${at}`, text: `${plantedText(random, chance)} ${name}${at}` })}\n`,
    ).join(''),
  )
}
beforeAll(() => {
  place.write('good.jsonl', rows('good', 200, 0.7))
  place.write('crawl.jsonl', rows('crawl', 300, 0.3))
  place.write(
    'eval.jsonl',
    Buffer.from(`{"question":"${Array.from({ length: 20 }, (_, at) => `q${at}`).join(' ')}"}\n`),
  )
  place.write('all.yaml', Buffer.from(RECIPE))
})

const RECIPE = `
name: all
inputs:
  good: { format: jsonl }
  crawl: { format: jsonl }
values: { evaluations: [], encoding: gpt2, alpha: 1 }
parts:
  - { name: good, inputs: { rows: good }, steps: [{ use: row }] }
  - { name: crawl, inputs: { rows: crawl }, steps: [{ use: row }] }
  - { name: quality, make: quality, positives: ['part:good'], negatives: ['part:crawl'] }
  - name: kept
    inputs: { documents: 'part:crawl' }
    steps:
      - { use: document }
      - { use: quality, model: 'fit:part:quality' }
      - { use: quality-pareto, alpha: 'value:alpha' }
      - { name: near, use: dedup-minhash, against: ['part:good'] }
      - { use: decontaminate, sets: 'value:evaluations' }
  - { name: kept-tokens, make: tokens, of: 'part:kept', encoding: 'value:encoding' }
  - { name: mixture, make: mixture, sources: [{ of: 'part:kept-tokens' }], sequence: 16 }
`
const INPUTS = ['--input', 'good=good.jsonl', '--input', 'crawl=crawl.jsonl']
const run = (...more: readonly string[]) =>
  tilth(place.dir, 'run', 'all.yaml', ...INPUTS, '--workers', '1', ...more)

describe('before the first part of a recipe runs', () => {
  it.each([
    [
      ['--set', 'values.evaluations=[/nope.jsonl]'],
      'parts.kept: steps.decontaminate: /nope.jsonl cannot be read',
    ],
    [
      ['--set', 'values.encoding=gpt5'],
      'parts.kept-tokens: encoding: gpt5: there is no encoding',
      'did you mean gpt2?',
    ],
    [['--set', 'values.alfa=3'], 'values.alfa: no part names it (--set)', 'did you mean alpha?'],
    [['--set', 'values.alpha=-3'], 'parts.kept'],
    [['--input', 'crawl=nope/*.jsonl'], "parts.crawl: crawl: no file matches 'nope/*.jsonl'"],
    [['--set', 'parts.quality.positives=[nobody]'], 'parts.quality: nobody: no dataset nobody'],
    [['--set', 'parts.quality.sample=200%'], 'parts.quality: sample'],
    [['--set', 'parts.kept.steps.near.against=[nobody@2]'], 'parts.kept: nobody@2: no dataset nobody'],
    [['--set', 'parts.kept-tokens.of=nobody'], 'parts.kept-tokens: nobody: no dataset'],
    [['--set', 'parts.mixture.preset=gpt3'], 'parts.mixture: preset gpt3 has no weight for kept-tokens'],
    [['--set', 'inputs.good.fields={text: [a]}'], 'good'],
  ])('refuses %s', (given, ...says) => {
    const ran = run(...(given as string[]))
    expect(ran.code).toBe(2)
    for (const each of says) expect(ran.err).toContain(each)
    expect(ran.err).not.toContain('1/6')
    expect(existsSync(join(place.dir, '.tilth', 'good@1'))).toBe(false)
  })
})

describe('the plan of a recipe of parts', () => {
  const plan = (...more: readonly string[]) => tilth(place.dir, 'plan', 'all.yaml', ...more)

  it('says what the parts take that read files, and which cannot be known', () => {
    const { out, err } = plan(...INPUTS)
    expect(err).toBe('')
    expect(out).toMatch(/good +good +row +\S+ \S+ +[\d.]+ [MG]i?B +[\d.]+ \S+B/)
    expect(out).toMatch(/kept +part:crawl .* - +- +-/)
    expect(out).toMatch(/2 of 6 parts measured on samples: about .*, .* memory, .* disk/)
    expect(out).toMatch(/not measured.*: quality, kept, kept-tokens, mixture/)
    const { estimate } = JSON.parse(plan(...INPUTS, '--json').out) as {
      estimate: {
        parts: { part: string; waitsFor: string[]; estimate: { diskBytes: number } | null }[]
        diskBytes: number
      }
    }
    const disk = estimate.parts.map((each) => each.estimate?.diskBytes ?? 0)
    expect(disk.slice(0, 3)).toEqual([expect.any(Number), expect.any(Number), 0])
    expect(disk[0]).toBeGreaterThan(0)
    expect(estimate.diskBytes).toBe((disk[0] ?? 0) + (disk[1] ?? 0))
    expect(estimate.parts[3]?.waitsFor).toEqual(['crawl', 'quality', 'good'])
  })

  it('refuses what a run would, and without inputs is an outline', () => {
    expect(plan(...INPUTS, '--set', 'values.encoding=gpt5').err).toContain('encoding: gpt5')
    expect(plan('--input', 'good=good.jsonl').err).toContain('crawl: no files given')
    const { out, code } = plan()
    expect(code).toBe(0)
    expect(out).toContain('note: with --input good=GLOB --input crawl=GLOB, it measures')
  })
})

describe('a part that fits', () => {
  it('does what the command does with the same data, and takes a sample', () => {
    expect(run('--set', 'values.evaluations=[eval.jsonl]').err).not.toContain('error')
    const fit = ['fit', 'quality', '--positives', 'good', '--negatives', 'crawl', '--json']
    expect(JSON.parse(tilth(place.dir, ...fit).out)).toMatchObject({ artefact: 'quality@1', upToDate: true })
    const changed = run('--set', 'parts.quality.sample=50%', '--set', 'parts.quality.iterations=3', '--json')
    const { parts } = JSON.parse(changed.out) as { parts: { part: string; ref: string }[] }
    expect(parts.find(({ part }) => part === 'quality')?.ref).toBe('quality@2')
    const own = tilth(place.dir, ...fit, '--sample', '50%', '--iterations', '3')
    expect(JSON.parse(own.out)).toMatchObject({ artefact: 'quality@2', upToDate: true })
    expect(readdirSync(join(place.dir, '.tilth', 'building'))).toEqual([])
  })

  const fit = ['fit', 'quality', '--positives', 'good.jsonl', '--negatives', 'long.jsonl']
  const wide = [...fit, '--iterations', '10000', '--workers', '2']
  const sets = ['parts.quality.negatives=[long.jsonl]', 'parts.quality.iterations=10000']
  const asPart = ['run', 'all.yaml', ...INPUTS, '--workers', '1', ...sets.flatMap((set) => ['--set', set])]

  it.each([
    ['on one thread', '.tilth/building', [...fit, '--name', 'other', '--workers', '1']],
    ['on two threads', '.tilth/building', [...wide, '--name', 'other']],
    ['with a file to write', '.', [...wide, '--out', 'other.model']],
    ['as a part', '.tilth/building', asPart],
  ])('leaves nothing where it is interrupted, %s, nor what a dead one left', async (_, within, words) => {
    place.write('long.jsonl', Buffer.concat(Array.from({ length: 400 }, () => rows('long', 300, 0.3))))
    const folder = join(place.dir, within)
    const prefix = `.tilth-fit-${hostname().replace(/[^\w.]/g, '_')}-`
    // Process numbers end at 2^22.
    const [stale, foreign] = [`${prefix}${2 ** 22 + 5}-x`, `.tilth-fit-elsewhere!-${2 ** 22 + 5}-x`]
    for (const name of [stale, foreign]) mkdirSync(join(folder, name), { recursive: true })
    const main = new URL('../../src/cli/main.ts', import.meta.url).href
    const code = `import(${JSON.stringify(main)}).then((cli) => cli.main(${JSON.stringify(['node', 'tilth', ...words])}))`
    const child = spawn(process.execPath, ['-e', code], { cwd: place.dir })
    let said = ''
    child.stderr.on('data', (text: Buffer) => (said += text.toString()))
    const ended = new Promise((done) => child.on('exit', done))
    const own = (): string | undefined =>
      readdirSync(folder).find((name) => name.startsWith(`${prefix}${child.pid}-`))
    while (
      child.exitCode === null &&
      (own() === undefined || readdirSync(join(folder, own() ?? '')).length === 0)
    )
      await new Promise((done) => setTimeout(done, 20))
    expect(readdirSync(folder)).not.toContain(stale)
    expect(readdirSync(folder)).toContain(foreign)
    child.kill('SIGINT')
    expect([await ended, own()]).toEqual([130, undefined])
    expect(said).toMatch(
      /error: (?:parts\.quality: )?(?:stopped; the same command begins the fit again|interrupted)/,
    )
    rmSync(join(folder, foreign), { recursive: true })
  })

  it('refuses to write where nothing can be written, before it reads', () => {
    const ran = tilth(place.dir, ...fit, '--out', 'no/where.model')
    expect([ran.code, ran.err]).toEqual([2, expect.stringContaining('no/where.model: cannot be written')])
  })
})

import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { idleLines } from '../src/cli/run-output.ts'
import { applyRetune } from '../src/engine/retune/apply.ts'
import { previewRetune } from '../src/engine/retune/preview.ts'
import { explain, openVersion, type RunResult, Store } from '../src/index.ts'
import type { RecipeInput } from '../src/plan/recipe.ts'
import { reportOf } from '../src/report/report-file.ts'
import { keptRows } from '../src/store/version.ts'
import { decontaminatedByHand } from './decontaminated-by-hand.ts'
import { keptTexts, otherWays, rejections, Workplace } from './engine-run.ts'

const RECIPE: RecipeInput = {
  name: 'clean',
  writes: 'clean',
  inputs: { rows: { format: 'jsonl' } },
  steps: [
    { use: 'row' },
    { name: 'clean', use: 'decontaminate', sets: { quiz: 'quiz.jsonl' } },
    { name: 'last', use: 'heuristic-cleaning', minWords: 1, minMeanWordLength: 1, maxMeanWordLength: 100 },
  ],
}
const LIMITS = { n: 13, margin: 200, minPiece: 200, maxPieces: 10, maxDocuments: 10 }

/** Numbers that look like chance, the same each time. */
function* chance(seed: number): Generator<number, never> {
  let state = seed
  for (;;) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
    yield state / 0x8000_0000
  }
}

const draw = chance(7)
const prose = (count: number): string =>
  Array.from({ length: count }, () => {
    const word = `w${Math.floor(draw.next().value * 4000).toString(36)}`
    return draw.next().value < 0.1 ? `${word}.\n` : `${word} `
  }).join('')

const QUESTIONS = Array.from({ length: 40 }, () => prose(16 + Math.floor(draw.next().value * 20)).trim())
/** A question as a page would have it: other case, other marks, other white space. */
const quoted = (question: string): string =>
  `\n“${question.toUpperCase().replaceAll(' ', '  ').replaceAll('.', '…')}”\n`
const QUIZ = QUESTIONS.map((question, at) => ({ id: `quiz-${at}`, question, choices: ['yes', 'no'] }))

/** Short pages with a question or none, a common one in many, a page of questions, and a book of 1 MB. */
const TEXTS = [
  ...Array.from({ length: 30 }, (_, at) =>
    at % 3 === 0 ? prose(260) : `${prose(120)}${quoted(QUESTIONS[at] ?? '')}${prose(120)}`,
  ),
  ...Array.from({ length: 11 }, () => `${prose(110)}${quoted(QUESTIONS[31] ?? '')}${prose(110)}`),
  ...Array.from({ length: 10 }, () => `${prose(110)}${quoted(QUESTIONS[32] ?? '')}${prose(110)}`),
  QUESTIONS.slice(0, 12)
    .map((question) => `${prose(130)}${quoted(question)}`)
    .join(''),
  `short ${QUESTIONS[5]}`,
]
const BOOK = Array.from({ length: 9 }, (_, at) => `${prose(24_000)}${quoted(QUESTIONS[at + 20] ?? '')}`).join(
  '',
)

describe('decontaminate in a run', () => {
  const place = new Workplace()
  afterAll(() => place.remove())
  const documents = [...TEXTS, BOOK]
  const lines = (rows: readonly unknown[]): Buffer =>
    Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  const written = (name: string, texts: readonly string[]): string =>
    place.write(name, lines(texts.map((text) => ({ id: String(documents.indexOf(text)), text }))))
  const rows = [written('a.jsonl', TEXTS.slice(0, 20)), written('b.jsonl', [...TEXTS.slice(20), BOOK])]
  place.write('quiz.jsonl', lines(QUIZ))
  let first: RunResult
  beforeAll(async () => {
    first = await place.run(RECIPE, 'first', { inputs: { rows } })
  })

  /** Texts of a document's pieces in their order, by the number that its row has as its id. */
  async function piecesOf(result: RunResult): Promise<readonly (readonly string[])[]> {
    const pieces: [string, string][][] = documents.map(() => [])
    for await (const { id, text, meta } of keptRows(await openVersion(result.dir)))
      pieces[Number(meta['sourceId'])]?.push([id, text])
    return pieces.map((each) =>
      each
        .sort(([a], [b]) => Number(a.split('.')[1] ?? 0) - Number(b.split('.')[1] ?? 0))
        .map(([, text]) => text),
    )
  }

  it('takes planted questions out of pages and a book with their margins, and nothing else', async () => {
    expect(Buffer.byteLength(BOOK)).toBeGreaterThan(1_000_000)
    const wanted = decontaminatedByHand(documents, QUESTIONS, LIMITS)
    const made = await piecesOf(first)
    expect(made).toEqual(wanted)
    expect(made.at(-1)).toHaveLength(9)
    expect(made.filter((pieces) => pieces.length === 2).length).toBeGreaterThan(25)
    expect(made.slice(30, 41).every((pieces) => pieces.length === 1)).toBe(true)
    expect(made.slice(41, 51).every((pieces) => pieces.length === 2)).toBe(true)
    const dropped = await rejections(first)
    expect(dropped.map(({ reason }) => reason).sort()).toEqual(['contaminated', 'contaminated-whole'])
  })

  it('balances, with the pieces counted', () => {
    const step = first.manifest.steps.find(({ name }) => name === 'clean')
    const { in: entered = 0, out, dropped = 0, kept } = step ?? {}
    expect(entered).toBe(documents.length)
    expect(dropped).toBe(2)
    expect(kept).toBe(entered - dropped)
    expect(out).toBe(first.manifest.steps.find(({ name }) => name === 'last')?.in)
    expect(out).toBe(
      first.manifest.shards
        .filter(({ table }) => table === 'kept')
        .reduce((sum, { rows: each }) => sum + each, 0),
    )
  })

  it('says how many examples are too short to be found', async () => {
    place.write('short.jsonl', lines([...QUIZ, { question: 'What is this?' }, { question: 'And that?' }]))
    const set = ['steps.clean.sets={quiz: quiz.jsonl, short: short.jsonl}']
    const { manifest } = await place.run(RECIPE, 'short', { inputs: { rows }, set })
    expect(idleLines(manifest)).toEqual([
      `clean: short: 2 of ${QUIZ.length + 2} examples are shorter than 13 words, and are not looked for`,
    ])
    expect(idleLines(first.manifest)).toEqual([])
  })

  it('says what lies among the sets and is not looked for, and where no set is given', async () => {
    place.write(
      'mixed/quiz.csv',
      Buffer.from(
        `question\n${QUIZ.map(({ question }) => JSON.stringify(question.replaceAll('\n', ' '))).join('\n')}\n`,
      ),
    )
    place.write('mixed/mmlu/mmlu.yaml', Buffer.from('task: mmlu\ndataset_path: cais/mmlu\n'))
    place.write('mixed/held.zip', Buffer.from('PK'))
    const run = (sets: string) =>
      place.run(RECIPE, 'passed', { inputs: { rows }, set: [`steps.clean.sets=${sets}`] })
    const mixed = await run('{mixed: mixed}')
    const said = [
      'clean: mixed: 1 task has no data here, and is not looked for: mmlu/mmlu.yaml (cais/mmlu)',
      'clean: mixed: 1 file is not read: held.zip',
    ]
    expect(idleLines(mixed.manifest)).toEqual(said)
    expect(await keptTexts(mixed)).toEqual(await keptTexts(first))
    const { warnings } = await reportOf(await openVersion(mixed.dir), new Store(join(place.dir, 'passed')))
    expect(warnings.map(({ text }) => text).slice(0, 2)).toEqual(said.map((text) => `${text}.`))
    const none = await run('[]')
    expect(idleLines(none.manifest)).toEqual(['clean: no evaluation set is given: nothing was looked for'])
  })

  it.each(otherWays(rows, 3))('gives the same %s', async (why, options) => {
    const other = await place.run(RECIPE, why, { inputs: { rows }, ...options })
    expect(other.manifest.hashes).toEqual(first.manifest.hashes)
  })

  it('gives the same from a packed set, one in Parquet and the version of one', async () => {
    place.write('quiz.jsonl.gz', gzipSync(lines(QUIZ)))
    const quiz: RecipeInput = {
      name: 'quiz',
      writes: 'quiz',
      inputs: { rows: { format: 'jsonl', fields: { text: 'question' } } },
      steps: [{ use: 'row' }],
    }
    const inputs = { rows: [place.write('quiz-rows.jsonl', lines(QUIZ))] }
    const version = await place.run(quiz, 'packed', { inputs })
    const shard = version.manifest.shards.find(({ table }) => table === 'kept')
    const texts = await keptTexts(first)
    for (const path of ['quiz.jsonl.gz', `packed/quiz@1/${shard?.file}`, 'version:quiz@1', 'version:quiz']) {
      const set = [`steps.clean.sets={quiz: "${path}"}`]
      const result = await place.run(RECIPE, 'packed', { inputs: { rows }, set })
      expect(await keptTexts(result), path).toEqual(texts)
    }
  })

  it('says which example was in a document, of each of its pieces and of what was dropped', async () => {
    const version = await openVersion(first.dir)
    const pieces = await explain(version, '1')
    expect(pieces).toMatchObject([
      { outcome: 'kept', otherSignals: { 'clean.overlaps': 1, 'clean.pieces': 2 } },
      { outcome: 'kept' },
    ])
    const id = pieces[0]?.id ?? ''
    expect(id).toMatch(/\.1$/)
    expect(await explain(version, id)).toHaveLength(1)
    // The id of the document as it was before it was split.
    expect(await explain(version, id.slice(0, -2))).toHaveLength(2)
    const [first13] = [QUESTIONS[1]?.split(/\s+/).slice(0, 13).join(' ').replaceAll('.', '')]
    for (const { removals } of pieces)
      expect(removals).toEqual([{ step: 'clean', what: `quiz, quiz-1 (example 2): "${first13}"` }])
    const [dropped] = await explain(version, String(TEXTS.length - 2))
    expect(dropped).toMatchObject({
      outcome: 'dropped',
      reason: 'contaminated',
      detail: expect.stringMatching(/^quiz, quiz-0 \(example 1\): "w.*; and at least 7 more$/),
      otherSignals: { 'clean.overlaps': 12, 'clean.pieces': 12 },
    })
  })

  it('is decided again behind a split as a fresh run decides', async () => {
    const version = await openVersion(first.dir)
    const set = ['steps.last.minWords=120']
    const { plan, preview } = await previewRetune(version, set)
    expect(preview.lost.documents).toBeGreaterThan(5)
    const store = new Store(`${place.dir}/first`)
    const again = await applyRetune(version, plan, store, { workers: 1 })
    const fresh = await place.run(RECIPE, 'fresh', { inputs: { rows }, set })
    expect(again.manifest.hashes).toEqual(fresh.manifest.hashes)
    const back = await previewRetune(await openVersion(again.dir), ['steps.last.minWords=1'])
    const whole = await applyRetune(await openVersion(again.dir), back.plan, store, { workers: 1 })
    expect(whole.manifest.hashes).toEqual(first.manifest.hashes)
  })

  it.each([
    ['no.jsonl', /steps.clean: no.jsonl cannot be read/],
    ['version:none@3', /no dataset none/],
    ['broken.jsonl', /broken.jsonl:2: no JSON/],
    ['empty', /no example of an evaluation set/],
    ['short.txt', /no example of quiz has 13 words/],
  ])('refuses %s', async (path, message) => {
    place.write('broken.jsonl', Buffer.from('{"a":"b"}\n{"a":\n'))
    place.write('empty/train.jsonl', lines(QUIZ))
    place.write('short.txt', Buffer.from('just a few words\n'))
    const set = [`steps.clean.sets={quiz: "${path}"}`]
    await expect(place.run(RECIPE, 'refused', { inputs: { rows }, set })).rejects.toThrow(message)
  })
})

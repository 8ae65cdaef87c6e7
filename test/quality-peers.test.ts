import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, expect, it } from 'vitest'
import { fitQuality } from '../src/engine/fit/fit-quality.ts'
import { fitSource } from '../src/engine/fit/fit-source.ts'
import { PART, type RowTable } from '../src/engine/fit/row-table.ts'
import { linearScorer } from '../src/learn/linear/linear-model.ts'
import { addGradient, type LabelledRows, PASSED_OVER } from '../src/learn/linear/logistic-loss.ts'
import { fitLogistic } from '../src/learn/linear/logistic-regression.ts'
import { Store } from '../src/store/store.ts'
import { writePlanted } from './planted-quality.ts'
import { PEER_DOCUMENTS, PEER_SETTINGS, SPARK_MODEL } from './quality-peers.ts'

const dir = mkdtempSync(join(tmpdir(), 'tilth-quality-peers-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

it('scores as Spark does with the same weights', () => {
  const texts = gunzipSync(readFileSync('test/golden/spark-features.jsonl.gz'))
    .toString()
    .trimEnd()
    .split('\n')
  const scores = JSON.parse(readFileSync('test/golden/quality/spark-scores.json', 'utf8')) as number[]
  const score = linearScorer(SPARK_MODEL)
  const differences = texts.map((line, at) =>
    Math.abs(score((JSON.parse(line) as { text: string }).text) - (scores[at] ?? Number.NaN)),
  )
  expect(differences.length).toBe(1000)
  expect(new Set(scores).size).toBeGreaterThan(900)
  // One text has a word that Java and Unicode put in lower case differently: see spark-features.test.ts.
  expect(differences.filter((difference) => !(difference < 1e-6)).length).toBeLessThanOrEqual(1)
})

it("has the weights of scikit-learn's LogisticRegression", async () => {
  const golden = JSON.parse(readFileSync('test/golden/quality/sklearn.json', 'utf8')) as {
    auc: number
    intercept: number
    weights: readonly number[]
  }
  writePlanted(dir, PEER_DOCUMENTS)
  const source = (name: string) => fitSource(join(dir, name), new Store(join(dir, 'store')), {}, dir)
  const [good, poor] = [await source('good.jsonl'), await source('poor.jsonl')]
  let rows: LabelledRows | undefined
  const { metrics } = await fitQuality({
    positives: [good],
    negatives: [poor],
    settings: PEER_SETTINGS,
    workers: 1,
    inspect: (table) => {
      rows = trainingRows(table)
    },
  })
  expect(Math.abs((metrics.auc ?? 0) - golden.auc)).toBeLessThan(0.01)
  // Early stopping chooses an iteration; to the end the weights are the peer's.
  const { weights, intercept } = await fittedToTheEnd(rows as LabelledRows, metrics.classWeights)
  expect(weights.length).toBe(golden.weights.length)
  const furthest = weights.reduce(
    (most, weight, at) => Math.max(most, Math.abs(weight - (golden.weights[at] ?? 9))),
    Math.abs(intercept - golden.intercept),
  )
  expect(Math.max(...golden.weights)).toBeGreaterThan(0.2)
  expect(furthest).toBeLessThan(1e-4)
})

function trainingRows(table: RowTable): LabelledRows {
  const bytes = Buffer.concat(table.paths.map((path) => readFileSync(path)))
  let end = 0
  return {
    entries: new Uint32Array(new Uint8Array(bytes).buffer),
    ends: table.sizes.map((size) => {
      end += size
      return end
    }),
    scales: table.scales,
    labels: table.labels.map((label, row) => (table.parts[row] === PART.train ? label : PASSED_OVER)),
    classWeights: [1, 1],
  }
}

async function fittedToTheEnd(given: LabelledRows, classWeights: readonly [number, number]) {
  const { features } = PEER_SETTINGS.spec
  const rows = { ...given, classWeights }
  const total = rows.labels.filter((label) => label !== PASSED_OVER).length
  return fitLogistic(
    {
      features,
      deviations: new Float64Array(features).fill(1),
      gradient: async (weights, intercept) => {
        const gradient = new Float64Array(features + 1)
        const loss = addGradient(rows, weights, intercept, gradient)
        return { loss: loss / total, gradient: gradient.map((each) => each / total) }
      },
      heldOutLoss: undefined,
    },
    { l2: PEER_SETTINGS.l2, standardise: false, mostIterations: 1000, tolerance: 1e-14, patience: 1 },
  )
}

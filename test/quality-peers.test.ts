import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, expect, it } from 'vitest'
import { fitQuality } from '../src/engine/fit/fit-quality.ts'
import { fitSource } from '../src/engine/fit/fit-source.ts'
import type { RowTable } from '../src/engine/fit/row-table.ts'
import { linearScorer } from '../src/learn/linear/linear-model.ts'
import {
  addGradient,
  type LabelledRows,
  lossesOf,
  PART,
  setMargins,
} from '../src/learn/linear/logistic-loss.ts'
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
  let rows: (LabelledRows & { readonly features: number }) | undefined
  let features: readonly number[] = []
  const { metrics } = await fitQuality({
    positives: [good],
    negatives: [poor],
    settings: PEER_SETTINGS,
    workers: 1,
    inspect: (table, _margins, numbers) => {
      rows = trainingRows(table)
      features = [...numbers]
    },
  })
  expect(Math.abs((metrics.auc ?? 0) - golden.auc)).toBeLessThan(0.01)
  // Early stopping chooses an iteration; to the end the weights are the peer's.
  const { weights, intercept } = await fittedToTheEnd(rows as NonNullable<typeof rows>, metrics.classWeights)
  const furthest = golden.weights.reduce(
    (most, weight, feature) => {
      // What no training row has weighs nothing, there and here.
      const own = weights[features.indexOf(feature)] ?? 0
      return Math.max(most, Math.abs(own - weight))
    },
    Math.abs(intercept - golden.intercept),
  )
  expect(Math.max(...golden.weights)).toBeGreaterThan(0.2)
  expect(furthest).toBeLessThan(1e-4)
})

function trainingRows(table: RowTable): LabelledRows & { readonly features: number } {
  const bytes = Buffer.concat(table.paths.map((path) => readFileSync(path)))
  const { sizes, scales, labels, parts, features } = table
  const entries = new Uint32Array(new Uint8Array(bytes).buffer)
  return { entries, sizes, scales, labels, parts, classWeights: [1, 1], features }
}

async function fittedToTheEnd(
  given: LabelledRows & { readonly features: number },
  classWeights: readonly [number, number],
) {
  const { features } = given
  const rows = { ...given, classWeights }
  const count = rows.labels.length
  const total = rows.parts.filter((part) => part === PART.train).length
  const [margins, along] = [new Float64Array(count), new Float64Array(count)]
  return fitLogistic(
    {
      features,
      deviations: new Float64Array(features).fill(1),
      reset: () => margins.fill(0),
      lay: async (direction) => setMargins(rows, direction, along),
      at: async (length) => {
        const { train, slope } = lossesOf(rows, margins, along, length)
        return { train: train / total, slope: slope / total, heldOut: undefined }
      },
      move: (length) => {
        for (const [row, change] of along.entries()) margins[row] = (margins[row] as number) + length * change
      },
      gradient: async (gradient) => {
        gradient.fill(0)
        addGradient(rows, margins, gradient)
        for (const [at, each] of gradient.entries()) gradient[at] = each / total
      },
    },
    { l2: PEER_SETTINGS.l2, standardise: false, mostIterations: 1000, tolerance: 1e-16, patience: 1 },
  )
}

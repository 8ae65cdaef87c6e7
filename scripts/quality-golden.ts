import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeRows } from '../bench/quality-rows.ts'
import { fitQuality } from '../src/engine/fit/fit-quality.ts'
import { fitSource } from '../src/engine/fit/fit-source.ts'
import { writeLinearModel } from '../src/learn/linear/linear-model.ts'
import { Store } from '../src/store/store.ts'
import { writePlanted } from '../test/planted-quality.ts'
import { PEER_DOCUMENTS, PEER_SETTINGS, SPARK_MODEL } from '../test/quality-peers.ts'

/**
 * Writes test/golden/quality: what Spark makes of our weights, and what scikit-learn fits to our rows.
 *
 *     TILTH_PYTHON=VENV/bin/python TILTH_SPARK_PYTHON=VENV/bin/python node scripts/quality-golden.ts
 */
const OUT = 'test/golden/quality'
const python = process.env['TILTH_PYTHON'] ?? 'python3'
const sparkPython = process.env['TILTH_SPARK_PYTHON'] ?? python

const dir = mkdtempSync(join(tmpdir(), 'tilth-quality-golden-'))
try {
  writePlanted(dir, PEER_DOCUMENTS)
  const store = new Store(join(dir, 'store'))
  const source = (name: string) => fitSource(join(dir, name), store, {}, dir)
  await fitQuality({
    positives: [await source('good.jsonl')],
    negatives: [await source('poor.jsonl')],
    settings: PEER_SETTINGS,
    workers: 1,
    inspect: (table, margins) => writeRows(dir, table, margins),
  })
  const printed = execFileSync(python, [
    'bench/peers/quality_sklearn.py',
    dir,
    String(PEER_SETTINGS.l2),
    '5000',
  ])
  const { version, auc, intercept, weights } = JSON.parse(String(printed)) as Record<string, unknown>
  writeFileSync(join(OUT, 'sklearn.json'), `${JSON.stringify({ version, auc, intercept, weights })}\n`)
  writeFileSync(join(dir, 'spark.model'), writeLinearModel(SPARK_MODEL))
  const texts = 'test/golden/spark-features.jsonl.gz'
  const scores = join(dir, 'scores.json')
  execFileSync(sparkPython, ['bench/peers/quality_spark.py', join(dir, 'spark.model'), texts, scores])
  const rounded = (JSON.parse(readFileSync(scores, 'utf8')) as number[]).map((each) =>
    Number(each.toFixed(9)),
  )
  writeFileSync(join(OUT, 'spark-scores.json'), `${JSON.stringify(rounded)}\n`)
} finally {
  rmSync(dir, { recursive: true, force: true })
}

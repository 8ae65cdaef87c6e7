import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { fitQuality, type QualityFit } from '../src/engine/fit/fit-quality.ts'
import { type FitSource, fitSource } from '../src/engine/fit/fit-source.ts'
import { type QualitySettings, qualitySettings } from '../src/engine/fit/quality-settings.ts'
import { run as runRecipe } from '../src/index.ts'
import { linearScorer, readLinearModel } from '../src/learn/linear/linear-model.ts'
import { Store } from '../src/store/store.ts'
import { keptRows } from '../src/store/version.ts'
import { writeRows } from './quality-rows.ts'

/**
 * The fit of a quality classifier: Wikipedia and books against crawled pages and posts. CPU seconds for the text, from the files
 * to the metrics; the area under the curve beside scikit-learn's on the same rows and split; scores beside Spark's.
 *
 *     TILTH_PYTHON=VENV/bin/python TILTH_SPARK_PYTHON=VENV/bin/python npm run bench quality
 *
 * The first needs `pip install scikit-learn scipy`, the second `pip install pyspark numpy` and Java 17; either may be left out.
 */
const ROUNDS = 5
/** Over bare counts of long and short texts its search needs thousands; the area under the curve has settled long before. */
const PEER_ITERATIONS = 300
const SETTINGS = qualitySettings({})
const NGRAM = qualitySettings({ kind: 'ngram', features: 1 << 18 })

const data = resolve(process.env['TILTH_SHARED_DATA'] ?? resolve(import.meta.dirname, '../../shared/data'))

export async function run(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'tilth-bench-quality-'))
  try {
    const store = await prepare(dir)
    const sources = async (...names: readonly string[]): Promise<FitSource[]> => {
      const found: FitSource[] = []
      for (const name of names) found.push(await fitSource(name, store, {}, dir))
      return found
    }
    const positives = await sources('wikipedia', 'books')
    const negatives = await sources('pages', 'posts.jsonl')
    for (const settings of [SETTINGS, NGRAM]) {
      const rows = join(dir, settings.spec.kind)
      mkdirSync(rows)
      const seconds: number[] = []
      let fit: QualityFit | undefined
      const rounds = settings.spec.kind === 'spark' ? ROUNDS : 1
      for (let round = 0; round < rounds; round++) {
        globalThis.gc?.()
        const begun = process.cpuUsage()
        fit = await fitQuality({ positives, negatives, settings, workers: 1 })
        const { user, system } = process.cpuUsage(begun)
        seconds.push((user + system) / 1e6)
      }
      if (fit === undefined) return
      sayFit(settings, fit, seconds)
      const again = await fitQuality({
        positives,
        negatives,
        settings,
        workers: availableParallelism(),
        inspect: (table, margins) => writeRows(rows, table, margins),
      })
      if (Buffer.compare(again.model, fit.model) !== 0) throw new Error('other weights on more workers')
      besideSklearn(rows, settings)
    }
    await besideSpark(dir, store, positives, negatives)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

async function prepare(dir: string): Promise<Store> {
  const store = join(dir, 'store')
  const books = readdirSync(join(data, 'books')).map((name) => join(data, 'books', name))
  await runRecipe('wikipedia', {
    store,
    inputs: { dump: join(data, 'wikipedia/enwiki-pages-articles-shortened.xml.bz2') },
  })
  await runRecipe('gpt1-books', { store, inputs: { books } })
  await runRecipe(
    {
      name: 'pages',
      writes: 'pages',
      inputs: { pages: { format: 'warc' } },
      steps: [{ name: 'content', use: 'html' }],
    },
    { store, inputs: { pages: join(data, 'warc/pages-*.warc.gz') } },
  )
  writeFileSync(join(dir, 'posts.jsonl'), gunzipSync(readFileSync(join(data, 'dedup/posts.jsonl.gz'))))
  return new Store(store)
}

function sayFit({ spec }: QualitySettings, { metrics }: QualityFit, seconds: readonly number[]): void {
  const bytes = metrics.sources.reduce((sum, source) => sum + source.bytes, 0)
  const documents = metrics.sources.reduce((sum, source) => sum + source.documents, 0)
  const sorted = seconds.toSorted((a, b) => a - b)
  const speed = (at: number): string => (bytes / 1e6 / (sorted[at] ?? 1)).toFixed(1)
  console.log(
    `${spec.kind}, ${spec.features} features: ${documents} documents, ${(bytes / 1e6).toFixed(1)} MB of text, ${metrics.fit.iterations} iterations: ` +
      `${speed(Math.floor(sorted.length / 2))} MB a CPU second (${speed(sorted.length - 1)} to ${speed(0)}), one thread; AUC ${metrics.auc?.toFixed(4)} (` +
      metrics.sources.map(({ name, auc }) => `${name} ${auc?.toFixed(4)}`).join(', ') +
      `), calibration error ${metrics.calibration.expectedError.toFixed(4)}`,
  )
}

function besideSklearn(rows: string, { l2, spec }: QualitySettings): void {
  const python = process.env['TILTH_PYTHON']
  if (python === undefined) return
  const out = execFileSync(
    python,
    ['bench/peers/quality_sklearn.py', rows, String(l2), String(PEER_ITERATIONS)],
    { encoding: 'utf8' },
  )
  const peer = JSON.parse(out) as Record<'version' | 'auc' | 'tilthAuc' | 'cpuSeconds' | 'iterations', number>
  console.log(
    `${spec.kind}: scikit-learn ${peer.version} on the same rows: AUC ${peer.auc.toFixed(4)}, ours ${peer.tilthAuc.toFixed(4)}; ` +
      `its fit alone, from rows in memory: ${peer.cpuSeconds.toFixed(1)} CPU seconds, ${peer.iterations} iterations`,
  )
}

/** Every text of the fit by the fitted weights, in Spark and here. */
async function besideSpark(
  dir: string,
  store: Store,
  positives: readonly FitSource[],
  negatives: readonly FitSource[],
): Promise<void> {
  const python = process.env['TILTH_SPARK_PYTHON']
  if (python === undefined) return
  const { model } = await fitQuality({ positives, negatives, settings: SETTINGS, workers: 1 })
  const texts: string[] = []
  for (const name of ['wikipedia', 'pages'])
    for await (const { text } of keptRows(await store.open(name), ['text'])) texts.push(text)
  const paths = ['quality.model', 'texts.jsonl', 'scores.json'].map((name) => join(dir, name))
  const [modelPath = '', textsPath = '', scoresPath = ''] = paths
  writeFileSync(modelPath, model)
  writeFileSync(textsPath, texts.map((text) => `${JSON.stringify({ text })}\n`).join(''))
  execFileSync(python, ['bench/peers/quality_spark.py', ...paths], { stdio: 'ignore' })
  const theirs = JSON.parse(readFileSync(scoresPath, 'utf8')) as readonly number[]
  const score = linearScorer(readLinearModel(model))
  const furthest = texts.reduce(
    (most, text, at) => Math.max(most, Math.abs(score(text) - (theirs[at] ?? 9))),
    0,
  )
  console.log(
    `${texts.length} texts scored by these weights in Spark: furthest from ours ${furthest.toExponential(1)}`,
  )
}

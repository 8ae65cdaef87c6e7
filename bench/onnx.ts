import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RUNTIMES } from '../src/learn/onnx/runtime.ts'
import { onnxClassifier } from '../src/learn/onnx/text-classifier.ts'

/**
 * A regression as large as BERT-base, with drawn weights: seconds of CPU for a text by each runtime that is installed, one text at a time,
 * beside Python's onnxruntime with texts one by one and four at a time. Scores are held against each other before the clock counts.
 *
 *     TILTH_PYTHON=VENV/bin/python npm run bench onnx
 *
 * Needs `pip install onnx onnxruntime tokenizers`, and for the second runtime `npm install --no-save onnxruntime-node`.
 */
const ROUNDS = 3
const TEXTS = 4
const TOKENIZER = 'test/golden/onnx/labels/tokenizer.json'
/** Largest difference of two runtimes that sum in another order. */
const NEAR = 1e-4

const python = process.env['TILTH_PYTHON'] ?? 'python3'
const peer = join(import.meta.dirname, 'peers/onnx_bert.py')

export async function run(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'tilth-bench-onnx-'))
  try {
    const model = join(dir, 'model.onnx')
    execFileSync(python, [peer, 'make', model])
    const texts = Array.from({ length: TEXTS }, (_, at) => `Text ${at} goes on and on, and on. `.repeat(300))
    const file = join(dir, 'texts.json')
    writeFileSync(file, JSON.stringify(texts))
    const files = { model: readFileSync(model), tokenizer: readFileSync(TOKENIZER), config: undefined }
    const runtimes = RUNTIMES.filter((name) => existsSync(`node_modules/${name}`))
    for (const maxTokens of [64, 128]) {
      const classifiers = await Promise.all(
        runtimes.map(
          async (runtime) =>
            [runtime, await onnxClassifier(files, { runtime, maxTokens, label: '' })] as const,
        ),
      )
      const times = new Map<string, number[]>()
      const note = (name: string, seconds: number): void =>
        void times.set(name, [...(times.get(name) ?? []), seconds / TEXTS])
      for (let round = 0; round < ROUNDS; round++) {
        const alone = ask(model, file, maxTokens, 1)
        const four = ask(model, file, maxTokens, TEXTS)
        compare('Python, 4 at a time', four.scores, alone.scores)
        note('Python onnxruntime, one at a time', alone.seconds)
        note('Python onnxruntime, four at a time', four.seconds)
        for (const [name, score] of classifiers) {
          const start = process.cpuUsage()
          const scores: (number | null)[] = []
          for (const text of texts) scores.push(await score(text))
          const { user, system } = process.cpuUsage(start)
          compare(name, scores, alone.scores)
          note(name, (user + system) / 1e6)
        }
      }
      for (const [name, each] of times) {
        const [least = 0, median = 0, most = 0] = each.toSorted((a, b) => a - b)
        console.log(
          `${maxTokens} tokens   ${name.padEnd(36)} ${median.toFixed(3)} s a text (${least.toFixed(3)} to ${most.toFixed(3)})`,
        )
      }
    }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function ask(
  model: string,
  texts: string,
  maxTokens: number,
  batch: number,
): { readonly seconds: number; readonly scores: readonly number[] } {
  const args = [peer, 'score', model, TOKENIZER, texts, String(maxTokens), String(batch)]
  return JSON.parse(execFileSync(python, args, { encoding: 'utf8' })) as {
    seconds: number
    scores: readonly number[]
  }
}

function compare(name: string, scores: readonly (number | null)[], expected: readonly number[]): void {
  const most = Math.max(...expected.map((score, at) => Math.abs(score - (scores[at] ?? Number.NaN))))
  if (!(most < NEAR)) throw new Error(`${name}: scores differ by ${most}`)
}

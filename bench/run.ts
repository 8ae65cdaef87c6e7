/** Runs a benchmark by name: `npm run bench NAME`. Figures go to docs/benchmarks.md with their command. */
const BENCHMARKS: Readonly<Record<string, () => Promise<{ readonly run: () => Promise<unknown> }>>> = {
  decontaminate: () => import('./decontaminate.ts'),
  dedup: () => import('./dedup.ts'),
  'dedup-scale': () => import('./dedup-scale.ts'),
  extract: () => import('./extract.ts'),
  'extract-fuzz': () => import('./extract-fuzz.ts'),
  language: () => import('./language.ts'),
  minhash: () => import('./minhash.ts'),
  'near-index': () => import('./near-index.ts'),
  onnx: () => import('./onnx.ts'),
  'personal-data': () => import('./personal-data.ts'),
  substring: () => import('./substring.ts'),
  'text-repair': () => import('./text-repair.ts'),
  tokenize: () => import('./tokenize.ts'),
  quality: () => import('./quality.ts'),
  selection: () => import('./selection.ts'),
  'url-rules': () => import('./url-rules.ts'),
  pipeline: () => import('./pipeline.ts'),
  retune: () => import('./retune.ts'),
  'retune-apply': () => import('./retune-apply.ts'),
  rules: () => import('./rules.ts'),
  warc: () => import('./warc.ts'),
  wikitext: () => import('./wikitext.ts'),
  scale: () => import('./scale.ts'),
}

const name = process.argv[2] ?? ''
const benchmark = BENCHMARKS[name]
if (benchmark === undefined) {
  console.error(`usage: npm run bench NAME, one of ${Object.keys(BENCHMARKS).join(', ')}`)
  process.exitCode = 2
} else {
  await (await benchmark()).run()
}

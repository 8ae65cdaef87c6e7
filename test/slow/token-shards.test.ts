import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadTokenizer } from '../../src/engine/tokens/load-tokenizer.ts'
import { tilth } from '../tilth.ts'

const python = process.env['TILTH_PYTHON'] ?? 'python3'
const has = (name: string): boolean => spawnSync(python, ['-c', `import ${name}`]).status === 0

/** Megatron-LM's reader of an index, in the order in which it reads it. */
const MEGATRON = `
index = open(stem + '.idx', 'rb').read()
assert index[:9] == b'MMIDIDX\\0\\0'
version, = struct.unpack('<Q', index[9:17])
code, = struct.unpack('<B', index[17:18])
count, documents = struct.unpack('<QQ', index[18:34])
lengths = numpy.frombuffer(index, numpy.int32, count, 34)
pointers = numpy.frombuffer(index, numpy.int64, count, 34 + lengths.nbytes)
starts = numpy.frombuffer(index, numpy.int64, documents, 34 + lengths.nbytes + pointers.nbytes)
assert version == 1 and starts[-1] == count and len(index) == 34 + lengths.nbytes + pointers.nbytes + starts.nbytes
type = {4: numpy.int32, 8: numpy.uint16}[code]
data = numpy.memmap(stem + '.bin', type, 'r')
ids = [numpy.frombuffer(data, type, length, pointer).tolist() for length, pointer in zip(lengths, pointers)]
`
const READERS: readonly (readonly [string, string, string])[] = [
  ['bin', 'numpy', "ids = [numpy.memmap(stem + '.bin', 'uint16').tolist()]"],
  ['npy', 'numpy', "ids = [numpy.load(stem + '.npy', mmap_mode='r').tolist()]"],
  ['megatron', 'numpy', MEGATRON],
  [
    'parquet',
    'pyarrow',
    "import pyarrow.parquet\nids = pyarrow.parquet.read_table(stem + '.parquet')['input_ids'].to_pylist()",
  ],
  [
    'parquet',
    'datasets',
    "import datasets\nids = datasets.load_dataset('parquet', data_files=stem + '.parquet', split='train', cache_dir=stem + '-cache')['input_ids'][:]",
  ],
  // The folder as it is, with what says what it holds.
  ...[
    ['parquet', 'input_ids'],
    ['jsonl', 'tokens'],
  ].map(
    ([format = '', column = '']) =>
      [
        format,
        'datasets',
        `import datasets, os\nids = datasets.load_dataset(os.path.dirname(stem), split='train', cache_dir=stem + '-cache-2')['${column}'][:]`,
      ] as const,
  ),
  [
    'parquet',
    'pyarrow',
    "import os, pyarrow.dataset\nids = pyarrow.dataset.dataset(os.path.dirname(stem)).to_table()['input_ids'].to_pylist()",
  ],
]

let dir = ''
const texts = Array.from({ length: 300 }, (_, at) => `Row ${at}: ${'grüße 世界 👍🏽 '.repeat(at % 7)}`)
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tilth-token-shards-'))
  writeFileSync(
    join(dir, 'rows.jsonl'),
    texts.map((text, id) => `${JSON.stringify({ id, text })}\n`).join(''),
  )
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

describe.each(READERS.map((each, at) => [...each, at] as const))('%s', (format, library, code, at) => {
  it.skipIf(!has(library))(`is read by ${library}`, () => {
    const out = `${format}-${library}-${at}`
    expect(
      tilth(dir, 'tokenize', 'rows.jsonl', '--encoding', 'gpt2', '--to', format, '--out', out).code,
    ).toBe(0)
    const program = `import json, struct, sys\n${has('numpy') ? 'import numpy' : ''}\nstem = sys.argv[1]\n${code}\nprint(json.dumps(ids))`
    const ran = spawnSync(python, ['-c', program, join(dir, out, 'tokens-00000')], { encoding: 'utf8' })
    expect(ran.stderr).not.toMatch(/Traceback/)
    const tokenizer = loadTokenizer('gpt2')
    const end = format === 'parquet' || format === 'jsonl' ? [] : [tokenizer.endOfText ?? -1]
    const expected = texts.map((text) => [...tokenizer.encode(text), ...end])
    const isOneList = format === 'bin' || format === 'npy'
    expect(JSON.parse(ran.stdout)).toEqual(isOneList ? [expected.flat()] : expected)
  })
})

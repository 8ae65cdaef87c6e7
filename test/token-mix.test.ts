import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { register } from '../src/cli/mix.ts'
import { exportMixture } from '../src/engine/tokens/export-mixture.ts'
import { exportTokenSet } from '../src/engine/tokens/export-token-set.ts'
import { loadTokenizer } from '../src/engine/tokens/load-tokenizer.ts'
import { makeTokenSet, tokenSetOptions } from '../src/engine/tokens/make-token-set.ts'
import {
  type MixtureFile,
  makeMixture,
  mixtureOptions,
  openMixture,
  orderOf,
  planMix,
} from '../src/engine/tokens/mix.ts'
import { TokenReader } from '../src/engine/tokens/token-reader.ts'
import { openTokenSet } from '../src/engine/tokens/token-set.ts'
import { traceMixed, traceToken } from '../src/engine/tokens/trace.ts'
import type { TokenFormat } from '../src/formats/tokens/token-file.ts'
import { Store } from '../src/store/store.ts'
import { readTable } from '../src/store/table.ts'
import { keptRows } from '../src/store/version.ts'
import { runCommand } from './command.ts'
import { Workplace } from './engine-run.ts'
import { tilth } from './tilth.ts'

const ROWS = { inputs: { rows: { format: 'jsonl' } }, steps: [{ use: 'row' }] }
const WORDS = [
  'Der',
  'quick',
  'бурый',
  'fox',
  '跳过',
  'the',
  'lazy',
  'कुत्ता',
  '🙂',
  '\n',
  '  ',
  "don't",
  '1234',
]

/** Texts of some dozens of words, by number. */
const textOf = (number: number): string =>
  Array.from(
    { length: 10 + ((number * 7919) % 90) },
    (_, at) => WORDS[(number * 31 + at * at * 7) % WORDS.length],
  ).join(' ')

describe('token sets and mixtures', () => {
  const place = new Workplace()
  afterAll(() => place.remove())
  const jsonl = (from: number, to: number): Buffer =>
    Buffer.from(
      Array.from(
        { length: to - from },
        (_, at) => `${JSON.stringify({ id: `d${from + at}`, text: textOf(from + at) })}\n`,
      ).join(''),
    )
  const store = new Store(join(place.dir, 'store'))
  const context = (workers = 1) => ({ store, bounds: { workers }, progress: () => undefined })
  const make = async (name: string, of: string, workers = 1, more: object = {}) =>
    makeTokenSet(name, await store.open(of), tokenSetOptions.parse({ of, ...more }), context(workers))
  beforeAll(async () => {
    const many = place.write('many.jsonl', jsonl(0, 300))
    const [a, b] = [place.write('a.jsonl', jsonl(1000, 1008)), place.write('b.jsonl', jsonl(1008, 1024))]
    await place.run({ name: 'many', writes: 'many', ...ROWS }, 'store', { inputs: { rows: many } })
    await place.run({ name: 'few', writes: 'few', ...ROWS }, 'store', { inputs: { rows: [a, b] } })
    await place.run({ name: 'few2', writes: 'few2', ...ROWS }, 'store', {
      inputs: { rows: [b, a] },
      workers: 2,
    })
    await make('many-tokens', 'many')
    await make('few-tokens', 'few')
  })

  describe('exported', () => {
    const out = (name: string): string => join(place.dir, 'out', name)
    const exported = async (set: string, format: TokenFormat): Promise<string> => {
      const dir = out(`${set}-${format}`)
      await exportTokenSet(openTokenSet(store, set), format, dir)
      return dir
    }
    const idsOf = (set: string): Uint32Array => {
      const { files, set: open } = openTokenSet(store, set)
      const reader = new TokenReader(files, open)
      const ids = reader.ids(0, open.tokens)
      reader.close()
      return ids
    }
    const rowsOf = async (path: string) => {
      const rows: Record<string, unknown>[] = []
      for await (const batch of readTable(path)) rows.push(...batch)
      return rows
    }
    const u16 = (bytes: Buffer): number[] =>
      Array.from({ length: bytes.length / 2 }, (_, at) => bytes.readUInt16LE(2 * at))

    it('are the same ids in every layout', async () => {
      const ids = [...idsOf('few-tokens')]
      expect(u16(readFileSync(join(await exported('few-tokens', 'bin'), 'tokens-00000.bin')))).toEqual(ids)
      const npy = readFileSync(join(await exported('few-tokens', 'npy'), 'tokens-00000.npy'))
      expect(u16(npy.subarray(128))).toEqual(ids)
      const megatron = await exported('few-tokens', 'megatron')
      expect(u16(readFileSync(join(megatron, 'tokens-00000.bin')))).toEqual(ids)
      expect(readFileSync(join(megatron, 'tokens-00000.idx')).readBigUInt64LE(18)).toBe(24n)
      const lines = readFileSync(join(await exported('few-tokens', 'jsonl'), 'tokens-00000.jsonl'), 'utf8')
      const rows = lines
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { id: string; tokens: number[] })
      expect(rows.flatMap(({ tokens }) => tokens)).toEqual(ids)
      expect(rows).toHaveLength(24)
    })

    it('have a row a document, and an index that says whose tokens are whose', async () => {
      const dir = await exported('many-tokens', 'parquet')
      const bytes = readFileSync(join(dir, 'tokens-00000.parquet'))
      const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer
      const rows = (await parquetReadObjects({ file, compressors })) as { id: string; input_ids: number[] }[]
      const ids = idsOf('many-tokens')
      const index = await rowsOf(join(dir, '__about/index.parquet'))
      expect(rows).toHaveLength(300)
      for (const [at, row] of rows.entries()) {
        const [start, tokens] = [Number(index[at]?.['start']), Number(index[at]?.['tokens'])]
        expect(row).toEqual({ id: index[at]?.['id'], input_ids: [...ids.subarray(start, start + tokens)] })
      }
      const about = JSON.parse(readFileSync(join(dir, '__about/tokens.json'), 'utf8')) as object
      expect(about).toMatchObject({
        set: 'many-tokens@1',
        from: 'many@1',
        format: 'parquet',
        tokens: ids.length,
      })
    })

    it('have a row a sequence where documents are packed', async () => {
      const { set } = await make('packed-tokens', 'many', 1, { packing: 'whole', sequence: 128 })
      const lines = readFileSync(join(await exported('packed-tokens', 'jsonl'), 'tokens-00000.jsonl'), 'utf8')
      const rows = lines
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { id: string; tokens: number[] })
      expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: set.tokens / 128 }, (_, at) => `0:${at}`))
      expect(rows.every(({ tokens }) => tokens.length === 128)).toBe(true)
      expect(rows.flatMap(({ tokens }) => tokens)).toEqual([...idsOf('packed-tokens')])
    })

    it('shard by shard', async () => {
      const open = openTokenSet(store, 'few-tokens')
      const twice = {
        ...open.set,
        shards: [...open.set.shards, ...open.set.shards],
        tokens: 2 * open.set.tokens,
      }
      await exportTokenSet({ ...open, set: twice }, 'jsonl', out('twice'))
      const [one, two] = [0, 1].map((shard) =>
        readFileSync(join(out('twice'), `tokens-0000${shard}.jsonl`), 'utf8'),
      )
      expect(one).toBe(two)
      expect(one).toBe(readFileSync(join(out('few-tokens-jsonl'), 'tokens-00000.jsonl'), 'utf8'))
      const shards = (await rowsOf(join(out('twice'), '__about/index.parquet'))).map(({ shard }) =>
        Number(shard),
      )
      expect(shards).toEqual([...Array<number>(24).fill(0), ...Array<number>(24).fill(1)])
    })

    it('by the command, which takes no version for tokens and writes over nothing', () => {
      const run = (...args: readonly string[]) => tilth(place.dir, 'export', ...args, '--store', 'store')
      const made = run('few-tokens', '--to', 'npy', '--out', 'by-command')
      expect(made.err).toBe('')
      expect(made.out).toMatch(/^few-tokens@1: [\d,]+ tokens of 24 documents in 1 file, .*by-command\n$/)
      expect(run('few-tokens', '--to', 'npy', '--out', 'by-command').err).toMatch(/is there already/)
      expect(run('few', '--to', 'bin', '--out', 'none').err).toMatch(
        /few is a version, and holds texts[\s\S]*--into/,
      )
      expect(run('few', '--to', 'jsonl', '--out', 'texts').code).toBe(0)
      expect(run('few-tokens', '--to', 'jsonl', '--out', 'lines').out).toContain('few-tokens@1')
    })
  })

  it('hold the ids of every document, in an order that only seed and ids decide', async () => {
    const { files, set } = openTokenSet(store, 'many-tokens')
    const reader = new TokenReader(files, set)
    const tokenizer = loadTokenizer('gpt2')
    const all = reader.ids(0, set.tokens)
    reader.close()
    const texts = tokenizer.decode(all).split('<|endoftext|>').slice(0, -1)
    expect(texts.length).toBe(300)
    expect([...texts].sort()).toEqual(Array.from({ length: 300 }, (_, at) => textOf(at)).sort())
    expect(texts.slice(0, 5)).not.toEqual(Array.from({ length: 5 }, (_, at) => textOf(at)))
    const other = await make('other', 'many', 1, { seed: 1 })
    expect(sha256(other.artefact.files)).not.toBe(sha256(files))
  })

  it('are the same on two workers and from files in another order', async () => {
    const two = await make('two', 'few2', 2)
    // By number of file and record, two documents with one key have one id.
    expect(sha256(two.artefact.files)).toBe(sha256(openTokenSet(store, 'few-tokens').files))
    expect((await make('few-tokens', 'few')).upToDate).toBe(true)
  })

  it('say of every token which document it is of', async () => {
    const open = openTokenSet(store, 'few-tokens')
    const tokenizer = loadTokenizer('gpt2')
    const texts = new Map<string, string>()
    for await (const { id, text } of keptRows(await store.open('few'))) texts.set(id, text)
    const whole = new Map<string, number[]>()
    for (let offset = 0; offset < open.set.tokens; offset++) {
      const found = await traceToken(open, 0, offset)
      const ids = whole.get(found.document) ?? []
      expect(found.token).toBe(ids.length)
      expect(found.isSeparator).toBe(found.id === 50256)
      whole.set(found.document, [...ids, found.id])
    }
    expect(whole.size).toBe(24)
    for (const [id, ids] of whole) expect(ids).toEqual([...tokenizer.encode(texts.get(id) ?? ''), 50256])
    await expect(traceToken(open, 0, open.set.tokens)).rejects.toThrow('has tokens 0 to')
    await expect(traceToken(open, 1, 0)).rejects.toThrow('has shards 0 to 0')
  })

  it('mix without tokenising again, and are written in the order that is said', async () => {
    const options = mixtureOptions.parse({
      sources: [
        { of: 'many-tokens', weight: 1 },
        { of: 'few-tokens', weight: 1 },
      ],
      sequence: 64,
      write: 'bin',
    })
    const { artefact, mixture } = await makeMixture('mixture', options, context(2))
    const [many, few] = mixture.sources
    expect(few?.epochs).toBeGreaterThan(3)
    expect(mixture.sequences).toBe((many?.drawn ?? 0) + (few?.drawn ?? 0))
    const written = readFileSync(join(artefact.files, mixture.shards[0]?.file ?? ''))
    expect(written.length).toBe(mixture.tokens * 2)
    const order = readFileSync(join(artefact.files, 'order.npy'))
    const rows = new Uint32Array(order.buffer.slice(order.byteOffset + 128))
    expect(order.toString('latin1', 0, 128)).toContain(`'shape': (${mixture.sequences}, 2)`)
    const steps = orderOf(mixture)
    const sets = ['many-tokens', 'few-tokens'].map((ref) => openTokenSet(store, ref))
    for (let step = 0; step < mixture.sequences; step += 7) {
      const { source, sequence } = steps.at(step)
      expect([rows[2 * step], rows[2 * step + 1]]).toEqual([source, sequence])
      const own = sets[source]
      if (own === undefined) throw new Error(`source ${source}`)
      const reader = new TokenReader(own.files, own.set)
      const bytes = reader.bytes(sequence * 64, (sequence + 1) * 64)
      reader.close()
      expect(Buffer.compare(bytes, written.subarray(step * 128, step * 128 + 128))).toBe(0)
      const traced = await traceMixed(store, openMixture(store, 'mixture'), step, step % 64)
      expect(traced.id).toBe(written.readUInt16LE(step * 128 + 2 * (step % 64)))
    }
    const again = await makeMixture('mixture', options, context())
    expect(again.upToDate).toBe(true)
    const heavier = { ...options, sources: options.sources.map((each, at) => ({ ...each, weight: 1 + at })) }
    expect((await makeMixture('mixture', heavier, context())).artefact.ref).toBe('mixture@2')
  })

  it('are exported in their order, in every layout', async () => {
    const options = mixtureOptions.parse({
      sources: [
        { of: 'many-tokens', weight: 1 },
        { of: 'few-tokens', name: 'small', weight: 1 },
      ],
      sequence: 64,
      write: 'bin',
    })
    const { artefact, mixture } = await makeMixture('exported-mixture', options, context())
    const wanted = readFileSync(join(artefact.files, mixture.shards[0]?.file ?? ''))
    const made = async (format: TokenFormat): Promise<string> => {
      const dir = join(place.dir, 'mixed', format)
      await exportMixture(openMixture(store, 'exported-mixture'), format, dir, context())
      return dir
    }
    const at = (dir: string, file: string): Buffer => readFileSync(join(dir, file))
    const bin = await made('bin')
    expect(at(bin, 'tokens-00000.bin').equals(wanted)).toBe(true)
    expect(
      at(await made('npy'), 'tokens-00000.npy')
        .subarray(128)
        .equals(wanted),
    ).toBe(true)
    const megatron = await made('megatron')
    expect(at(megatron, 'tokens-00000.bin').equals(wanted)).toBe(true)
    expect(Number(at(megatron, 'tokens-00000.idx').readBigUInt64LE(18))).toBe(mixture.sequences)
    const bytes = at(await made('parquet'), 'tokens-00000.parquet')
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer
    const rows = (await parquetReadObjects({ file, compressors })) as { id: string; input_ids: number[] }[]
    const ids = Array.from({ length: mixture.tokens }, (_, token) => wanted.readUInt16LE(2 * token))
    expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: mixture.sequences }, (_, row) => `${row}`))
    expect(rows.flatMap((row) => row.input_ids)).toEqual(ids)
    const order = orderOf(mixture)
    const index = await rowsOf(join(bin, '__about/index.parquet'))
    expect(
      index.map((row) => [
        row['source'],
        Number(row['sequence']),
        Number(row['epoch']),
        Number(row['start']),
      ]),
    ).toEqual(
      Array.from({ length: mixture.sequences }, (_, row) => {
        const { source, sequence, epoch } = order.at(row)
        return [source === 0 ? 'many-tokens' : 'small', sequence, epoch, 64 * row]
      }),
    )
    expect(JSON.parse(at(bin, '__about/tokens.json').toString())).toMatchObject({
      mixture: artefact.ref,
      format: 'bin',
      sequence: 64,
      shards: [{ sequences: mixture.sequences, files: [{ file: 'tokens-00000.bin', bytes: wanted.length }] }],
    })
    const run = (...args: readonly string[]) => tilth(place.dir, 'export', ...args, '--store', 'store')
    expect(run('exported-mixture', '--to', 'bin', '--out', 'by-command-mix').out).toMatch(
      /^exported-mixture@1: [\d,]+ tokens of [\d,]+ sequences in 1 file, .*by-command-mix\n$/,
    )
    expect(run('exported-mixture', '--to', 'bin', '--out', 'by-command-mix').err).toMatch(/is there already/)
  })

  it('have published weights by the names that sources are given', async () => {
    const args = ['--preset', 'gpt3', '--source', 'webtext=many-tokens', '--source', 'wikipedia=few-tokens']
    const { out } = await runCommand(
      [register],
      join(place.dir, 'store'),
      'mix',
      ...args,
      '--sequence',
      '64',
      '--plan',
      '--json',
    )
    const { sources } = JSON.parse(out) as MixtureFile
    expect(sources.map(({ name, of }) => [name, of])).toEqual([
      ['webtext', 'many-tokens@1'],
      ['wikipedia', 'few-tokens@1'],
    ])
    expect(sources.map(({ weight }) => weight)).toEqual([0.22 / 0.25, 0.03 / 0.25])
    const named = [
      '--epochs',
      'w=many-tokens=1',
      '--epochs',
      'few-tokens=2',
      '--sequence',
      '64',
      '--plan',
      '--json',
    ]
    const epochs = JSON.parse(
      (await runCommand([register], join(place.dir, 'store'), 'mix', ...named)).out,
    ) as MixtureFile
    expect(epochs.sources.map(({ name, epochs: each }) => [name, each])).toEqual([
      ['w', 1],
      ['few-tokens', 2],
    ])
  })

  it('draw what they say where a source has few sequences', async () => {
    const { set } = openTokenSet(store, 'few-tokens')
    const sequence = Math.floor(set.tokens / 1.75)
    const one = mixtureOptions.parse({ sources: [{ of: 'few-tokens', epochs: 1 }], sequence })
    const { file } = planMix(store, one)
    expect(file).toMatchObject({ sequences: 1, tokens: sequence })
    expect(file.sources[0]).toMatchObject({ sequences: 1, drawn: 1, epochs: 1, repeated: 0 })
    const capped = mixtureOptions.parse({ sources: [{ of: 'few-tokens' }], sequence, maxEpochs: 1 })
    expect(planMix(store, capped).file.sources[0]).toMatchObject({ drawn: 1, epochs: 1 })
    const twice = mixtureOptions.parse({ sources: [{ of: 'few-tokens', epochs: 2 }], sequence })
    const { mixture } = await makeMixture('twice', twice, context())
    const draws = Array.from({ length: mixture.sequences }, (_, at) => orderOf(mixture).at(at))
    expect(draws.map(({ epoch }) => epoch)).toEqual([0, 1])
    expect(mixture.sources[0]).toMatchObject({ drawn: 2, epochs: 2, repeated: 0.5 })
  })

  it('pack whole documents into sequences', async () => {
    const { artefact, set } = await make('packed', 'many', 1, { packing: 'whole', sequence: 256 })
    const open = openTokenSet(store, 'packed')
    expect(set.tokens % 256).toBe(0)
    expect(set.padding / set.tokens).toBeLessThan(0.05)
    const seen = new Map<string, number>()
    let filled = 0
    for (const batch of await rowsOf(join(artefact.files, 'tokens-00000.parquet'))) {
      const [start, tokens] = [Number(batch['start']), Number(batch['tokens'])]
      expect(Math.floor(start / 256)).toBe(Math.floor((start + tokens - 1) / 256))
      const id = String(batch['id'])
      // The pieces of a document that is longer than a sequence stand in any order.
      seen.set(id, (seen.get(id) ?? 0) + tokens)
      filled += tokens
    }
    expect(seen.size).toBe(300)
    expect(filled + set.padding).toBe(set.tokens)
    const reader = new TokenReader(open.files, set)
    const last = reader.ids(set.tokens - 256, set.tokens)
    reader.close()
    expect(last.length).toBe(256)
    await expect(
      makeMixture('wrong', mixtureOptions.parse({ sources: [{ of: 'packed' }], sequence: 128 }), context()),
    ).rejects.toThrow('is packed in sequences of 256')
    expect((await make('packed2', 'many', 2, { packing: 'whole', sequence: 256 })).set.padding).toBe(
      set.padding,
    )
  })

  it('are refused with what to do instead', async () => {
    const cli = (...args: string[]) => tilth(place.dir, '--store', 'store', ...args).err
    expect(cli('mix')).toContain('--source SET=WEIGHT')
    expect(cli('mix', '--source', 'x=many-tokens=many')).toContain('expected a number')
    expect(cli('mix', '--source', 'many')).toMatch(
      /many is a dataset, and holds texts[^]*tilth tokenize many --encoding gpt2 --into many-tokens/,
    )
    expect(cli('mix', '--source', 'few-tokens', '--source', 'few-tokens@1')).toContain(
      'few-tokens@1 is given twice',
    )
    expect(cli('mix', '--source', 'x=few-tokens', '--source', 'x=many-tokens')).toContain(
      'two sources are called x',
    )
    expect(cli('mix', '--source', 'a=few-tokens=1=2')).toContain('NAME=SET=WEIGHT')
    expect(cli('mix', '--epochs', 'few-tokens')).toContain('NAME=SET=TIMES')
    expect(cli('mix', '--source', 'many-token')).toContain('did you mean many-tokens?')
    expect(cli('mix', '--source', 'mixture')).toContain('holds no tokens')
    expect(cli('mix', '--source', 'few-tokens', '--sequence', '1000000')).toContain('take shorter sequences')
    expect(cli('mix', '--source', 'few-tokens', '--preset', 'gpt3')).toMatch(
      /no weight for few-tokens[^]*--source webtext=few-tokens/,
    )
    await make('cl', 'few', 1, { encoding: 'cl100k_base' })
    expect(cli('mix', '--source', 'few-tokens', '--source', 'cl')).toContain('with one encoding')
    const shown = tilth(place.dir, '--store', 'store', 'tokens', 'few-tokens', '--at', '0:3')
    expect(shown.out).toMatch(/why {6}tilth why few@1 [0-9a-f]{32}/)
  })
})

async function rowsOf(path: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const rows: Readonly<Record<string, unknown>>[] = []
  for await (const batch of readTable(path)) rows.push(...batch)
  return rows
}

/** Of all shards of ids. */
function sha256(dir: string): string {
  return createHash('sha256')
    .update(readFileSync(join(dir, 'tokens-00000.bin')))
    .digest('hex')
}

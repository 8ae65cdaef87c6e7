import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { parquetReadObjects, type SchemaElement } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { parquetWriteFile } from 'hyparquet-writer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCommand } from '../../test/command.ts'
import { tilth, tilthOn } from '../../test/tilth.ts'
import { loadTokenizer } from '../engine/tokens/load-tokenizer.ts'
import * as tokenizeCommand from './tokenize.ts'

let dir = ''
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tilth-tokenize-'))
  writeFileSync(join(dir, 'rows.jsonl'), ROWS.map((row) => `${JSON.stringify(row)}\n`).join(''))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** A lone surrogate is no JSON to the reader of lines. */
const TEXTS = (JSON.parse(readFileSync('test/golden/tokens/texts.json', 'utf8')) as string[]).filter((text) =>
  text.isWellFormed(),
)
const ROWS = TEXTS.map((text, at) => ({ id: `row-${at}`, text }))
const gpt2 = loadTokenizer('gpt2')
const IDS = TEXTS.map((text) => [...gpt2.encode(text)])
const END = 50_256

let outs = 0
const newOut = (): string => join(dir, `out-${outs++}`)
const run = (...args: readonly string[]) => runCommand([tokenizeCommand.register], dir, 'tokenize', ...args)
const rows = (): string => join(dir, 'rows.jsonl')

interface About {
  readonly documents: number
  readonly padding?: number
  readonly tokens: number
  readonly separator: number | null
  readonly shards: readonly {
    readonly documents: number
    readonly tokens: number
    readonly files: readonly { readonly file: string }[]
  }[]
}
const aboutOf = (out: string): About =>
  JSON.parse(readFileSync(join(out, '__about/tokens.json'), 'utf8')) as About

async function tableOf(path: string): Promise<Record<string, unknown>[]> {
  const bytes = readFileSync(path)
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer
  return await parquetReadObjects({ file, compressors })
}

async function tokenized(to: string, ...more: readonly string[]): Promise<string> {
  const out = newOut()
  const { error } = await run(rows(), '--encoding', 'gpt2', '--to', to, '--out', out, ...more)
  expect(error).toBeUndefined()
  return out
}

const u16 = (path: string): Uint16Array => {
  const bytes = readFileSync(path)
  return new Uint16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
}

describe('tilth tokenize', () => {
  it('writes flat ids with the end of text behind each document', async () => {
    const out = await tokenized('bin')
    expect([...u16(join(out, 'tokens-00000.bin'))]).toEqual(IDS.flatMap((ids) => [...ids, END]))
    expect(aboutOf(out)).toMatchObject({ documents: TEXTS.length, separator: END })
  })

  it('and with none where none is asked for', async () => {
    const out = await tokenized('bin', '--separator', 'none')
    expect([...u16(join(out, 'tokens-00000.bin'))]).toEqual(IDS.flat())
  })

  it('takes 32 bits for a vocabulary that needs them', async () => {
    const out = newOut()
    await run(
      rows(),
      '--encoding',
      'cl100k_base',
      '--to',
      'bin',
      '--out',
      out,
      '--separator',
      '<|endofprompt|>',
    )
    const bytes = readFileSync(join(out, 'tokens-00000.bin'))
    expect(bytes.readUInt32LE(bytes.length - 4)).toBe(100_276)
  })

  it('writes JSON lines in order', async () => {
    const out = await tokenized('jsonl')
    const lines = readFileSync(join(out, 'tokens-00000.jsonl'), 'utf8').trim().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual(ROWS.map(({ id }, at) => ({ id, tokens: IDS[at] })))
  })

  it('writes a column of lists', async () => {
    const out = await tokenized('parquet')
    expect(await tableOf(join(out, 'tokens-00000.parquet'))).toEqual(
      ROWS.map(({ id }, at) => ({ id, input_ids: IDS[at] })),
    )
  })

  it('writes an array of NumPy', async () => {
    const out = await tokenized('npy')
    const bytes = readFileSync(join(out, 'tokens-00000.npy'))
    const count = IDS.flat().length + TEXTS.length
    expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x93NUMPY\x01\0')
    expect(bytes.subarray(10, 128).toString()).toBe(
      `${`{'descr': '<u2', 'fortran_order': False, 'shape': (${count},), }`.padEnd(117)}\n`,
    )
    expect(bytes.length).toBe(128 + 2 * count)
    expect(bytes.readUInt16LE(128)).toBe(END)
  })

  it('writes the index of Megatron-LM', async () => {
    const out = await tokenized('megatron')
    const index = readFileSync(join(out, 'tokens-00000.idx'))
    const count = TEXTS.length
    expect(index.subarray(0, 9).toString('latin1')).toBe('MMIDIDX\0\0')
    expect([index.readBigUInt64LE(9), index.readUInt8(17)]).toEqual([1n, 8])
    expect([index.readBigUInt64LE(18), index.readBigUInt64LE(26)]).toEqual([BigInt(count), BigInt(count + 1)])
    expect(index.length).toBe(34 + 12 * count + 8 * (count + 1))
    let place = 0
    for (const [at, ids] of IDS.entries()) {
      expect(index.readInt32LE(34 + at * 4)).toBe(ids.length + 1)
      expect(index.readBigInt64LE(34 + count * 4 + at * 8)).toBe(BigInt(place))
      expect(index.readBigInt64LE(34 + count * 12 + at * 8)).toBe(BigInt(at))
      place += 2 * (ids.length + 1)
    }
    expect(index.readBigInt64LE(index.length - 8)).toBe(BigInt(count))
    expect([...u16(join(out, 'tokens-00000.bin'))]).toEqual(IDS.flatMap((ids) => [...ids, END]))
  })

  it('traces every token to its document, over shards', async () => {
    const out = await tokenized('bin', '--shard-tokens', '150', '--workers', '2')
    const { shards, tokens } = aboutOf(out)
    expect(shards.length).toBeGreaterThan(5)
    expect(shards.filter((each) => each.documents > 1).every((each) => each.tokens <= 150)).toBe(true)
    const ids = shards.map(({ files: [file] }) => u16(join(out, file?.file ?? '')))
    expect(tokens).toBe(ids.reduce((sum, each) => sum + each.length, 0))
    const seen = ids.map((each) => new Uint8Array(each.length))
    for (const [at, row] of (await tableOf(join(out, '__about/index.parquet'))).entries()) {
      const [shard, start, length] = [Number(row['shard']), Number(row['start']), Number(row['length'])]
      expect(row).toMatchObject({ id: `row-${at}`, file: null, position: BigInt(at) })
      expect([...(ids[shard]?.subarray(start, start + length) ?? [])]).toEqual(IDS[at])
      expect(ids[shard]?.[start + length]).toBe(END)
      seen[shard]?.fill(1, start, start + length + 1)
    }
    expect(seen.every((each) => each.every((mark) => mark === 1))).toBe(true)
  })

  it('gives the same bytes on any number of workers', async () => {
    const outsOf = await Promise.all(
      ['1', '2', '3'].map((workers) => tokenized('bin', '--workers', workers, '--shard-tokens', '400')),
    )
    const [first, ...others] = outsOf.map((out) => readFileSync(join(out, '__about/tokens.json'), 'utf8'))
    for (const other of others) expect(other).toBe(first)
  })

  it('reads a compressed pipe, and tells what it did', () => {
    const out = newOut()
    const { out: said, code } = tilthOn(
      gzipSync(readFileSync(rows())),
      dir,
      'tokenize',
      '-',
      '--encoding',
      'gpt2',
      '--to',
      'jsonl',
      '--out',
      out,
      '--json',
    )
    expect(code).toBe(0)
    const tokens = IDS.flat().length
    const bytes = TEXTS.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
    expect(JSON.parse(said)).toEqual({
      out,
      encoding: 'gpt2',
      to: 'jsonl',
      rows: TEXTS.length,
      documents: TEXTS.length,
      tokens,
      bytes,
      shards: 1,
      errors: {},
      tokensADocument: tokens / TEXTS.length,
      bytesAToken: bytes / tokens,
    })
  })

  it('takes a tokenizer.json, and the end of text that its folder names', async () => {
    const folder = join(dir, 'model')
    mkdirSync(folder)
    const added = [
      { id: 3, content: '</s>', special: true },
      { id: 4, content: '<stop>', special: true },
    ]
    const model = { type: 'BPE', vocab: { a: 0, b: 1, ab: 2 }, merges: ['a b'] }
    writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify({ model, added_tokens: added }))
    writeFileSync(join(folder, 'tokenizer_config.json'), '{"eos_token": {"content": "<stop>"}}')
    writeFileSync(join(dir, 'ab.jsonl'), '{"id": 1, "body": "aab"}\n')
    const out = newOut()
    await run(join(dir, 'ab.jsonl'), '--encoding', folder, '--to', 'bin', '--out', out, '--text', 'body')
    expect([...u16(join(out, 'tokens-00000.bin'))]).toEqual([0, 2, 4])
  })
})

describe('an order by chance', () => {
  const linesOf = (out: string): { id: string; tokens: number[] }[] =>
    readFileSync(join(out, 'tokens-00000.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; tokens: number[] })

  it('is of the seed and the ids alone', async () => {
    const backwards = join(dir, 'backwards.jsonl')
    writeFileSync(
      backwards,
      ROWS.toReversed()
        .map((row) => `${JSON.stringify(row)}\n`)
        .join(''),
    )
    const out = await tokenized('jsonl', '--seed', '1', '--workers', '2')
    const ids = linesOf(out).map(({ id }) => id)
    expect(ids.toSorted()).toEqual(ROWS.map(({ id }) => id).toSorted())
    expect(ids).not.toEqual(ROWS.map(({ id }) => id))
    const again = newOut()
    await run(
      backwards,
      '--encoding',
      'gpt2',
      '--to',
      'jsonl',
      '--out',
      again,
      '--seed',
      '1',
      '--workers',
      '1',
    )
    expect(linesOf(again)).toEqual(linesOf(out))
    expect(
      linesOf(await tokenized('jsonl', '--seed', '2', '--workers', '1')).map(({ id }) => id),
    ).not.toEqual(ids)
    expect(readdirSync(out).sort()).toEqual(['__about', 'tokens-00000.jsonl'])
    expect(readdirSync(join(out, '__about')).sort()).toEqual(['index.parquet', 'tokens.json'])
  })

  it('packs whole documents into sequences, each token traced', async () => {
    const out = await tokenized(
      'bin',
      '--packing',
      'whole',
      '--sequence',
      '64',
      '--shard-tokens',
      '256',
      '--workers',
      '1',
    )
    const about = aboutOf(out)
    const shards = about.shards.map(({ files: [file] }) => u16(join(out, file?.file ?? '')))
    expect(shards.length).toBeGreaterThan(2)
    expect(shards.every(({ length }) => length % 64 === 0 && length <= 256)).toBe(true)
    const found = new Map<string, number[]>()
    let traced = 0
    const rowsOf = await tableOf(join(out, '__about/index.parquet'))
    for (const row of rowsOf.toSorted((a, b) => Number(a['first']) - Number(b['first']))) {
      const [shard, start, length] = [Number(row['shard']), Number(row['start']), Number(row['length'])]
      const ids = [...(shards[shard]?.subarray(start, start + length) ?? [])]
      found.set(String(row['id']), [...(found.get(String(row['id'])) ?? []), ...ids])
      // None is cut that fits.
      const whole = (IDS[Number(row['position'])]?.length ?? 0) + 1
      if (whole <= 64)
        expect([Number(row['first']), Math.floor(start / 64)]).toEqual([0, Math.floor((start + length) / 64)])
      traced += length
    }
    expect(found).toEqual(new Map(ROWS.map(({ id }, at) => [id, IDS[at]])))
    const tokens = shards.reduce((sum, { length }) => sum + length, 0)
    expect(about).toMatchObject({ documents: TEXTS.length, tokens, sequence: 64, seed: 0, filler: END })
    expect(about.padding).toBe(tokens - traced - TEXTS.length)
  })

  it('names sequences by their place, in rows of one length', async () => {
    const out = await tokenized('jsonl', '--packing', 'whole', '--sequence', '128', '--workers', '1')
    const lines = linesOf(out)
    expect(lines.map(({ id }) => id)).toEqual(lines.map((_, at) => `0:${at}`))
    expect(new Set(lines.map(({ tokens }) => tokens.length))).toEqual(new Set([128]))
  })
})

describe('rows that cannot be read', () => {
  const broken = '{"id": "a", "text": "one"}\nnot json\n{"id": "b"}\n{"id": "c", "text": "two"}\n'

  it('are counted, and stand in their place in JSON lines', () => {
    writeFileSync(join(dir, 'broken.jsonl'), broken)
    const out = newOut()
    const ran = tilth(
      dir,
      'tokenize',
      join(dir, 'broken.jsonl'),
      '--encoding',
      'gpt2',
      '--to',
      'jsonl',
      '--out',
      out,
    )
    expect(ran.err).toBe('2 bad rows of 4: bad-json 1, no-text 1\n')
    expect(ran.code).toBe(3)
    const lines = readFileSync(join(out, 'tokens-00000.jsonl'), 'utf8').trim().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { id: 'a', tokens: [...gpt2.encode('one')] },
      { id: null, error: 'bad-json', position: 1 },
      { id: 'b', error: 'no-text', position: 2 },
      { id: 'c', tokens: [...gpt2.encode('two')] },
    ])
    expect(aboutOf(out).documents).toBe(2)
  })
})

describe('conversations', () => {
  const chatml = gunzipSync(readFileSync('test/golden/tokens/chat.jsonl.gz')).toString().split('\n')[0] ?? ''
  const { tokenizer: json, template } = JSON.parse(chatml) as { tokenizer: object; template: string }
  const model = (): string => join(dir, 'chat-model')
  const rowsFile = (): string => join(dir, 'chats.jsonl')
  const user = (content: string) => ({ role: 'user', content })
  const assistant = (content: string) => ({ role: 'assistant', content })
  const chats: readonly object[] = [
    {
      id: 'a',
      messages: [user('Hello <|im_end|>'), assistant('A river'), user('and'), assistant('sea <|im_end|>')],
    },
    { id: 'b', messages: [{ role: 'system', content: 'Be brief.' }, user('Hello'), assistant('Yes')] },
  ]
  const bad: readonly object[] = [
    { id: 'none' },
    { id: 'null', messages: null },
    { id: 'empty', messages: [] },
    { id: 'text', messages: 'Hello' },
    { id: 'no-role', messages: [{ content: 'Hello' }] },
    { id: 'wizard', messages: [{ role: 'wizard', content: 'Hello' }] },
  ]
  const learned = ['A river<|im_end|>sea <|im_end|><|im_end|>', 'Yes<|im_end|>']

  beforeAll(() => {
    mkdirSync(model())
    writeFileSync(join(model(), 'tokenizer.json'), JSON.stringify(json))
    writeFileSync(join(model(), 'tokenizer_config.json'), JSON.stringify({ chat_template: template }))
    const lines = (list: readonly object[]): string => list.map((row) => `${JSON.stringify(row)}\n`).join('')
    writeFileSync(rowsFile(), lines(chats))
    writeFileSync(join(dir, 'bad-chats.jsonl'), lines([...bad, ...chats]))
  })

  const chat = async (...args: readonly string[]): Promise<string> => {
    const out = newOut()
    const { error } = await run(rowsFile(), '--messages', '--encoding', model(), '--out', out, ...args)
    expect(error).toBeUndefined()
    return out
  }
  interface Line {
    readonly tokens: readonly number[]
    readonly loss_mask: readonly number[]
  }
  const linesOf = (out: string): Line[] =>
    readFileSync(join(out, 'tokens-00000.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line)
  const learnedOf = ({ tokens, loss_mask }: Line): string =>
    loadTokenizer(model()).decode(tokens.filter((_, at) => loss_mask[at] === 1))

  it.each([['--template', 'chatml'], []])('have their mask beside the ids: %s %s', async (...args) => {
    const out = await chat('--to', 'jsonl', '--workers', '2', ...args)
    expect(linesOf(out).map(learnedOf)).toEqual(learned)
    const lossTokens = linesOf(out)
      .flatMap((line) => line.loss_mask)
      .filter((mask) => mask === 1).length
    const name = args[1] ?? join(model(), 'tokenizer_config.json')
    expect(aboutOf(out)).toMatchObject({ documents: 2, separator: null, lossTokens, template: { name } })
  })

  it('in a column of Parquet, and in a file of bytes for flat ids', async () => {
    const lines = linesOf(await chat('--to', 'jsonl'))
    const parquet = await chat('--to', 'parquet')
    expect(await tableOf(join(parquet, 'tokens-00000.parquet'))).toEqual(
      lines.map(({ tokens, loss_mask }, at) => ({ id: 'ab'[at], input_ids: tokens, loss_mask })),
    )
    const masks = lines.flatMap(({ loss_mask }) => loss_mask)
    const bin = await chat('--to', 'bin')
    expect([...u16(join(bin, 'tokens-00000.bin'))]).toEqual(lines.flatMap(({ tokens }) => tokens))
    expect([...readFileSync(join(bin, 'mask-00000.bin'))]).toEqual(masks)
    expect(aboutOf(bin).shards[0]?.files.map(({ file }) => file)).toEqual([
      'tokens-00000.bin',
      'mask-00000.bin',
    ])
    const npy = readFileSync(join(await chat('--to', 'npy'), 'mask-00000.npy'))
    expect(npy.subarray(10, 60).toString()).toContain("'descr': '|u1'")
    expect([...npy.subarray(128)]).toEqual(masks)
  })

  it('are packed with their masks, and what fills a sequence up is not learned', async () => {
    const plain = linesOf(await chat('--to', 'jsonl'))
    const [line, ...others] = linesOf(await chat('--to', 'jsonl', '--packing', 'whole', '--sequence', '200'))
    if (line === undefined) throw new Error('no sequence')
    expect(others).toEqual([])
    expect([line.tokens.length, line.loss_mask.length]).toEqual([200, 200])
    expect(learnedOf(line).length).toBe(learned.join('').length)
    const count = (lines: readonly Line[]): number =>
      lines.flatMap((each) => each.loss_mask).filter((mask) => mask === 1).length
    expect(count([line])).toBe(count(plain))
    const used = plain.reduce((sum, each) => sum + each.tokens.length, 0)
    expect(line.loss_mask.slice(used)).toEqual(Array<number>(200 - used).fill(0))
  })

  it('of which nothing is learned are counted, and left out where that is asked for', () => {
    const silent = join(dir, 'silent.jsonl')
    const silentChats = [{ id: 's', messages: [user('only asked')] }, ...chats]
    writeFileSync(silent, silentChats.map((row) => `${JSON.stringify(row)}\n`).join(''))
    const ran = (...more: readonly string[]) =>
      tilth(
        dir,
        'tokenize',
        silent,
        '--messages',
        '--encoding',
        model(),
        '--to',
        'jsonl',
        '--out',
        newOut(),
        ...more,
      )
    expect(ran().out).toMatch(
      /^3 documents,[^]*nothing is learned of 1 row: kept: --drop-unlearned leaves them out\n$/,
    )
    const dropped = ran('--drop-unlearned')
    expect(dropped.out).toMatch(/^2 documents,[^]*nothing is learned of 1 row: left out\n$/)
    expect(dropped.code).toBe(0)
    expect(ran('--packing', 'whole').out).toMatch(
      / each\), \d+ of them learned, and [\d,]+ that fill sequences up, in 1 shard: /,
    )
    const packed = ran('--json', '--packing', 'whole', '--sequence', '256')
    const { tokens, padding } = JSON.parse(packed.out) as { tokens: number; padding: number }
    expect(JSON.parse(packed.out)).toMatchObject({ rows: 3, documents: 3, unlearned: 1 })
    expect(tokens + padding).toBe(256)
  })

  it('learn no separator that is asked for', async () => {
    const end = loadTokenizer(model()).special.get('<|endoftext|>') ?? -1
    const out = await chat('--to', 'bin', '--separator', '<|endoftext|>')
    const [ids, mask] = [u16(join(out, 'tokens-00000.bin')), readFileSync(join(out, 'mask-00000.bin'))]
    expect(mask).toHaveLength(ids.length)
    expect([ids.at(-1), mask.at(-1)]).toEqual([end, 0])
    expect([...mask].filter((_, at) => ids[at] === end)).toEqual([0, 0])
  })

  it('from another field, and from Parquet, where messages have null for what they lack', async () => {
    const messages = [user('Hello'), assistant('Yes')].map((message) => ({ ...message, name: null }))
    const parquet = join(dir, 'chats.parquet')
    const named = join(dir, 'named.jinja')
    const refusal = `{% if 'name' in messages[0] %}{{ raise_exception('has a name') }}{% endif %}`
    writeFileSync(named, refusal + template)
    parquetWriteFile({
      filename: parquet,
      schema: [
        { name: 'root', num_children: 1 },
        { name: 'talk', converted_type: 'LIST', repetition_type: 'REQUIRED', num_children: 1 },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', repetition_type: 'REQUIRED', num_children: 3 },
        ...['role', 'content', 'name'].map(
          (name): SchemaElement => ({
            name,
            type: 'BYTE_ARRAY',
            converted_type: 'UTF8',
            repetition_type: 'OPTIONAL',
          }),
        ),
      ],
      columnData: [{ name: 'talk', data: [messages] }],
    })
    const out = newOut()
    await run(
      parquet,
      '--messages',
      'talk',
      '--template',
      named,
      '--encoding',
      model(),
      '--to',
      'jsonl',
      '--out',
      out,
    )
    expect(linesOf(out).map(learnedOf)).toEqual(['Yes<|im_end|>'])
  })

  it('that are JSON in a text, as CSV has them', async () => {
    const csv = join(dir, 'chats.csv')
    writeFileSync(
      csv,
      `id,messages\na,"${JSON.stringify([user('Hello'), assistant('Yes')]).replaceAll('"', '""')}"\n`,
    )
    const out = newOut()
    await run(csv, '--messages', '--template', 'chatml', '--encoding', model(), '--to', 'jsonl', '--out', out)
    expect(linesOf(out).map(learnedOf)).toEqual(['Yes<|im_end|>'])
  })

  it('that cannot be taken are rows with a reason', () => {
    const out = newOut()
    const ran = tilth(
      dir,
      'tokenize',
      join(dir, 'bad-chats.jsonl'),
      '--messages',
      '--template',
      'chatml',
      '--encoding',
      model(),
      '--to',
      'jsonl',
      '--out',
      out,
    )
    expect(ran.code).toBe(3)
    expect(ran.err).toBe(
      '6 bad rows of 8: no-messages 3, bad-messages 2, template-refused 1\n' +
        'template-refused: row 5: chatml has no role wizard\n',
    )
    const lines = readFileSync(join(out, 'tokens-00000.jsonl'), 'utf8').trim().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as { error?: string }).error)).toEqual([
      'no-messages',
      'no-messages',
      'no-messages',
      'bad-messages',
      'bad-messages',
      'template-refused',
      undefined,
      undefined,
    ])
    expect(JSON.parse(lines[5] ?? '')).toEqual({
      id: 'wizard',
      error: 'template-refused',
      detail: 'chatml has no role wizard',
      position: 5,
    })
  })

  it('take a template of its own file, or of a list', async () => {
    const file = join(dir, 'own.jinja')
    writeFileSync(file, template)
    const own = await chat('--to', 'jsonl', '--template', file)
    const list = join(dir, 'list.json')
    writeFileSync(list, JSON.stringify({ chat_template: [{ name: 'default', template }] }))
    const listed = await chat('--to', 'jsonl', '--template', list)
    expect(linesOf(own)).toEqual(linesOf(listed))
    expect(linesOf(own).map(learnedOf)).toEqual(learned)
  })

  it.each([
    [['--messages', '--encoding', 'gpt2', '--to', 'bin'], /which template: there is no template/],
    [
      ['--messages', '--encoding', 'gpt2', '--to', 'bin', '--template', 'chatml'],
      /gpt2 has no special token <\|im_start\|> <\|im_end\|>/,
    ],
    [
      ['--messages', '--encoding', 'gpt2', '--to', 'bin', '--template', 'chatlm'],
      /--template chatlm: there is no template/,
    ],
    [['--messages', '--encoding', 'gpt2', '--to', 'megatron'], /its layout has no place for what is learned/],
    [['--encoding', 'gpt2', '--to', 'bin', '--template', 'chatml'], /--template is of conversations/],
    [
      ['--messages', '--encoding', 'gpt2', '--to', 'bin', '--date', '2024-02-30'],
      /--date 2024-02-30: expected a day/,
    ],
  ])('are refused with %j', async (args, message) => {
    const { error } = await run(rowsFile(), ...args, '--out', newOut())
    expect(String(error)).toMatch(message)
  })
})

describe('what is refused', () => {
  it.each([
    [['--encoding', 'gpt3', '--to', 'bin'], /there is no encoding and no file/],
    [['--encoding', 'gpt2', '--to', 'bin', '--separator', '<|nope|>'], /gpt2 has no such special token/],
    [['--encoding', 'gpt2', '--to', 'bin', '--shard-tokens', '0'], /--shard-tokens 0/],
    [['--encoding', 'gpt2', '--to', 'csv'], /Allowed choices/],
    [['--encoding', 'gpt2', '--to', 'bin', '--sequence', '64'], /--sequence is of packed documents/],
    [['--encoding', 'gpt2', '--to', 'bin', '--packing', 'half'], /--packing half: expected none or whole/],
    [['--encoding', 'gpt2', '--to', 'bin', '--packing', 'whole', '--sequence', '1'], /--sequence 1/],
    [['--encoding', 'gpt2', '--to', 'bin', '--seed', 'x'], /--seed x/],
    [['--encoding', 'gpt2', '--to', 'bin', '--drop-unlearned'], /--drop-unlearned is of conversations/],
  ])('%j', async (args, message) => {
    const out = newOut()
    const { error } = await run(rows(), ...args, '--out', out)
    expect(String(error)).toMatch(message)
    expect(existsSync(out)).toBe(false)
  })

  it.each([
    ['--shard-tokens', '5'],
    ['--text', 'body'],
    ['--id', 'key'],
  ])('%s, where a version is tokenized', async (...option) => {
    const { error } = await run('texts@1', '--encoding', 'gpt2', '--into', 'tokens', ...option)
    expect(String(error)).toMatch(new RegExp(`${option[0]} is of rows, and --into makes tokens of a version`))
  })

  it('a folder that is there, and is left as it was', async () => {
    const out = await tokenized('bin')
    const { error } = await run(rows(), '--encoding', 'gpt2', '--to', 'jsonl', '--out', out)
    expect(String(error)).toMatch(/is there already/)
    expect(readdirSync(out).sort()).toEqual(['__about', 'tokens-00000.bin'])
  })

  it('removes what a run that was killed left half written, and nothing of one that goes on', async () => {
    const out = newOut()
    // No process has the first number: it is above the largest that Linux gives.
    const [dead, alive, other] = [
      `${out}.4194305.partial`,
      `${out}.${process.ppid}.partial`,
      `${out}-x.4194305.partial`,
    ]
    for (const left of [dead, alive, other]) mkdirSync(join(left, 'part'), { recursive: true })
    expect((await run(rows(), '--encoding', 'gpt2', '--to', 'bin', '--out', out)).error).toBeUndefined()
    expect([dead, alive, other, out].map((path) => existsSync(path))).toEqual([false, true, true, true])
    for (const left of [alive, other]) rmSync(left, { recursive: true })
  })

  it.each(['bin', 'npy', 'megatron', 'parquet', 'jsonl'])(
    '%s: nothing but shards lies where programs look for shards',
    async (format) => {
      const out = await tokenized(format, '--workers', '1')
      const beside = readdirSync(out).filter((name) => !name.startsWith('__'))
      expect(beside.length).toBeGreaterThan(0)
      expect(beside.filter((name) => !/^tokens-\d{5}\./.test(name))).toEqual([])
    },
  )

  it('an input that is not there leaves nothing behind', async () => {
    const out = newOut()
    const { error } = await run(join(dir, 'none.jsonl'), '--encoding', 'gpt2', '--to', 'bin', '--out', out)
    expect(String(error)).toMatch(/none\.jsonl/)
    expect(readdirSync(dir).filter((name) => name.includes('partial'))).toEqual([])
    expect(existsSync(out)).toBe(false)
  })
})

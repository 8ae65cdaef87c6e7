import { constants, deflateRawSync, gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bytesSource,
  failuresOf,
  peakGrowth,
  readItems,
  recordsOf,
  repeatedSource,
} from '../../../test/rows-source.ts'
import type { ReadItem } from '../../model/record.ts'
import { reddit } from '../reddit/reddit.ts'
import { jsonl } from './jsonl.ts'

const MIB = 1 << 20

const read = async (text: string | Uint8Array, given = {}) =>
  (await readItems(jsonl, bytesSource(text), given)).items

/** Items as plain data that can be compared. */
function shown(items: readonly ReadItem[]): unknown[] {
  return items.map((item) =>
    'record' in item ? { ...item.record, body: Buffer.from(item.record.body).toString() } : item,
  )
}

describe('jsonl', () => {
  it('gives a record a line, with key, url and the bytes of the line', async () => {
    const items = await read('{"id": 7, "text": "a", "url": "https://x"}\r\n\r\n  \n{"id":"","x":null}')
    expect(shown(items)).toEqual([
      {
        format: 'jsonl',
        position: 0,
        key: '7',
        url: 'https://x',
        body: '{"id": 7, "text": "a", "url": "https://x"}',
        fields: { id: 7, text: 'a', url: 'https://x' },
      },
      { format: 'jsonl', position: 3, body: '{"id":"","x":null}', fields: { id: '', x: null } },
    ])
  })

  it.each([
    { why: 'no JSON', line: '{"a": 1,}', reason: 'bad-json', detail: 'column 9 of 9' },
    { why: 'a cut line', line: '{"a": "b', reason: 'bad-json', detail: 'column 9 of 8: the line ends' },
    { why: 'an array', line: '[1]', reason: 'not-an-object', detail: 'an array' },
    { why: 'null', line: 'null', reason: 'not-an-object', detail: 'null' },
    { why: 'text', line: '"secret"', reason: 'not-an-object', detail: 'a string' },
    { why: 'bad UTF-8', line: Buffer.from([0x7b, 0xff, 0x7d]), reason: 'bad-utf8', detail: 'UTF-8' },
    { why: 'half a pair', line: '{"a": "x\\ud800y"}', reason: 'lone-surrogate', detail: 'half' },
    { why: 'half a pair, in capitals', line: '{"a": "\\uDFFF"}', reason: 'lone-surrogate', detail: 'half' },
    { why: 'half a pair in a key', line: '{"\\ud800": 1}', reason: 'lone-surrogate', detail: 'half' },
    {
      why: 'half a pair deep down',
      line: '{"a": [{"b": ["\\ud83d"]}]}',
      reason: 'lone-surrogate',
      detail: 'half',
    },
    { why: 'depth', line: `{"a": ${'['.repeat(600)}${']'.repeat(600)}}`, reason: 'too-deep', detail: '500' },
    {
      why: 'great depth',
      line: `{"a": ${'['.repeat(300_000)}${']'.repeat(300_000)}}`,
      reason: 'too-deep',
      detail: '500',
    },
    {
      why: 'length',
      line: `{"a": "${'x'.repeat(MIB)}"}`,
      reason: 'record-too-large',
      detail: `${MIB + 9} bytes`,
    },
  ])('takes $why as a failure of that line, and goes on', async ({ line, reason, detail }) => {
    const bytes = Buffer.concat([Buffer.from('{"n": 1}\n'), Buffer.from(line), Buffer.from('\n{"n": 3}\n')])
    const items = await read(bytes, { maxRecordBytes: MIB })
    expect(recordsOf(items).map(({ position }) => position)).toEqual([0, 2])
    const [failure, ...more] = failuresOf(items)
    expect(more).toEqual([])
    expect(failure).toMatchObject({ position: 1, reason, detail: expect.stringContaining(detail) })
    expect(failure?.detail).not.toContain('secret')
  })

  it.each([
    { why: 'pairs of surrogates', line: '{"a": "\\ud83d\\ude00"}', a: '😀' },
    { why: 'an escaped backslash before ud800', line: '{"a": "\\\\ud800"}', a: '\\ud800' },
    { why: 'NUL', line: '{"a": "\\u0000"}', a: '\0' },
    { why: 'a byte order mark', line: '\ufeff{"a": "b"}', a: 'b' },
  ])('reads $why', async ({ line, a }) => {
    const [record] = recordsOf(await read(line))
    expect(record?.fields).toEqual({ a })
    expect(
      Buffer.from(record?.body ?? [])
        .toString()
        .startsWith('{'),
    ).toBe(true)
  })

  it('puts mapped fields under their canonical names, and keeps the others', async () => {
    const line =
      '{"content": "c", "text": "other", "doc_id": 5, "meta": {"url": "u", "k": [1]}, "a.b": "dot"}'
    const options = {
      fields: { text: 'content', id: 'doc_id', url: 'meta.url', title: 'a.b', author: 'meta.k.x' },
    }
    const [record] = recordsOf(await read(line, { options }))
    expect(record).toMatchObject({ key: '5', url: 'u' })
    expect(record?.fields).toEqual({
      text: 'c',
      id: 5,
      url: 'u',
      title: 'dot',
      content: 'c',
      doc_id: 5,
      meta: { url: 'u', k: [1] },
      'a.b': 'dot',
    })
    const missing = recordsOf(await read('{"text": "not this one"}', { options }))
    expect(missing[0]?.fields).toEqual({})
  })

  it('takes a field named as JavaScript names things for a field', async () => {
    const options = { fields: { text: 'constructor', id: '__proto__' } }
    const [plain, own] = recordsOf(
      await read('{"a": 1}\n{"__proto__": "k", "constructor": "c"}', { options }),
    )
    expect(plain?.fields).toEqual({ a: 1 })
    expect(own?.fields['text']).toBe('c')
    expect(own?.key).toBe('k')
  })

  it('refuses names it does not know', () => {
    expect(() => jsonl.options.parse({ fields: { txt: 'content' } })).toThrow(/txt/)
    expect(() => jsonl.options.parse({ field: {} })).toThrow(/field/)
    expect(jsonl.options.parse({})).toEqual({ fields: {} })
  })

  it('gives the same items however the file is cut, in chunks of any size', async () => {
    const line = fc.constantFrom(
      '{"id": 1}',
      '{"t": "é😀"}',
      '',
      '\r',
      'bad',
      '{"x": "12345678901234567890"}',
      '\ufeff{}',
    )
    let cuts = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 30 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 80 }),
        fc.integer({ min: 1, max: 50 }),
        async (lines, ended, targetBytes, chunkBytes) => {
          const text = lines.join('\n') + (ended ? '\n' : '')
          const given = { maxRecordBytes: 25 }
          const whole = await readItems(jsonl, bytesSource(text), given)
          const parts = await readItems(jsonl, bytesSource(text, 'memory', chunkBytes), {
            ...given,
            targetBytes,
          })
          expect(shown(parts.items)).toEqual(shown(whole.items))
          cuts += parts.splits.length - 1
          for (const packed of [gzipSync(text), zstdCompressSync(text)]) {
            const read = await readItems(jsonl, bytesSource(packed, 'memory', chunkBytes), {
              ...given,
              targetBytes,
            })
            expect(read.splits).toHaveLength(1)
            expect(shown(read.items)).toEqual(shown(whole.items))
          }
        },
      ),
      { numRuns: 40 },
    )
    expect(cuts).toBeGreaterThan(20)
  })

  it('says where a line ends that begins in a split which stops inside it', async () => {
    const source = bytesSource('{"a":1}\n{"b":2}\n{"c":3}\n')
    const options = jsonl.options.parse({})
    const limits = { options, maxRecordBytes: 1000, maxWindowBytes: 1000 }
    const items: ReadItem[] = []
    const reading = jsonl.read(source, { start: 0, end: 10, first: 0 }, limits)
    for (;;) {
      const step = await reading.next()
      if (step.done) {
        expect(step.value).toEqual({ next: 16 })
        break
      }
      items.push(...step.value)
    }
    expect(recordsOf(items)).toHaveLength(2)
  })

  it('gives only the wanted lines', async () => {
    const text = Array.from({ length: 3000 }, (_, n) => (n === 1500 ? 'bad' : `{"n": ${n}}`)).join('\n')
    const only = [0, 5, 1500, 2999, 7000]
    for (const bytes of [text, gzipSync(text)]) {
      const items = await read(bytes, { only })
      expect(recordsOf(items).map(({ position }) => position)).toEqual([0, 5, 2999])
      expect(failuresOf(items).map(({ position }) => position)).toEqual([1500])
    }
    expect(await read(text, { only: [] })).toEqual([])
  })
})

describe('damaged jsonl', () => {
  const lines = Array.from(
    { length: 400 },
    (_, n) => `{"id": ${n}, "text": "${'word '.repeat(n % 30)}${n * 7919}"}`,
  )
  const text = `${lines.join('\n')}\n`

  it('reads every line that inflates before the cut of a gzip, and one failure', async () => {
    const packed = gzipSync(text)
    for (let end = 12; end < packed.length; end += 211) {
      const cut = packed.subarray(0, end)
      const items = await read(cut)
      const inflated = gunzipSync(cut, { finishFlush: constants.Z_SYNC_FLUSH }).toString()
      const whole = inflated.split('\n').length - 1
      expect(recordsOf(items).map(({ key }) => key)).toEqual(lines.slice(0, whole).map((_, n) => String(n)))
      expect(failuresOf(items)).toMatchObject([{ position: whole, reason: 'cut-gzip' }])
    }
  })

  it('reads the lines of every block before the cut of a zstd, and one failure', async () => {
    const many = Buffer.from(text.repeat(40))
    const packed = zstdCompressSync(many, { params: { [constants.ZSTD_c_compressionLevel]: 1 } })
    let most = 0
    for (const share of [0.1, 0.5, 0.9, 0.999]) {
      const items = await read(packed.subarray(0, Math.floor(packed.length * share)))
      const records = recordsOf(items)
      expect(records.map(({ position }) => position)).toEqual(records.map((_, n) => n))
      expect(failuresOf(items)).toMatchObject([{ position: records.length, reason: 'cut-zstd' }])
      most = Math.max(most, records.length)
    }
    expect(most).toBeGreaterThan(1000)
  })

  it('reads what is before damaged bytes', async () => {
    const packed = Buffer.concat([gzipSync(text), gzipSync(text)])
    packed.fill(0, packed.length - 8, packed.length - 4)
    const items = await read(packed)
    expect(recordsOf(items)).toHaveLength(800)
    expect(failuresOf(items)).toMatchObject([{ position: 800, reason: 'bad-gzip' }])
  })
})

describe('jsonl of hostile size', () => {
  it('passes over a line of 200 MB without holding it', async () => {
    const unit = Buffer.alloc(MIB, 'x')
    const source = repeatedSource(Buffer.from('{"a": 1}\n{"b": "'), unit, 200, Buffer.from('"}\n{"c": 3}\n'))
    let items: readonly ReadItem[] = []
    const growth = await peakGrowth(async () => {
      items = (await readItems(jsonl, source, { maxRecordBytes: 8 * MIB })).items
    })
    expect(recordsOf(items).map(({ position }) => position)).toEqual([0, 2])
    expect(failuresOf(items)).toMatchObject([{ position: 1, reason: 'record-too-large' }])
    expect(growth).toBeLessThan(80 * MIB)
  })

  it('gives up a bomb of zeros that never ends its line', async () => {
    const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3])
    const first = deflateRawSync('{"a": 1}\n', { finishFlush: constants.Z_FULL_FLUSH })
    const unit = deflateRawSync(Buffer.alloc(MIB), { finishFlush: constants.Z_FULL_FLUSH })
    const bomb = repeatedSource(Buffer.concat([header, first]), unit, 10_240, Buffer.alloc(0))
    let items: readonly ReadItem[] = []
    const growth = await peakGrowth(async () => {
      items = (await readItems(jsonl, bomb, { maxRecordBytes: MIB })).items
    })
    expect(recordsOf(items)).toHaveLength(1)
    expect(failuresOf(items)).toMatchObject([{ position: 1, reason: 'record-too-large' }])
    expect(growth).toBeLessThan(150 * MIB)
  })
})

describe('reddit', () => {
  it('takes the id of the submission as key, and no file by its name', async () => {
    const { items } = await readItems(
      reddit,
      bytesSource('{"id": "z1", "url": "https://x", "is_self": false}\n'),
    )
    expect(recordsOf(items)).toMatchObject([{ format: 'reddit', key: 'z1', url: 'https://x' }])
    expect(reddit.extensions).toEqual([])
  })
})

import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chosenSketch } from '../src/dedup/choice.ts'
import { UnionFind } from '../src/dedup/union-find.ts'
import { KeySpill } from '../src/engine/near-rows/key-spill.ts'
import { nearKeys } from '../src/engine/near-rows/near-keys.ts'
import { nearRows } from '../src/engine/near-rows/near-rows.ts'
import { openRows } from '../src/engine/near-rows/open-rows.ts'

/**
 * Near copies among very many documents: CPU a document, peak memory and disk, in a process of its own for each size.
 *
 *     npm run bench dedup-scale -- [--keys 14] [--sizes 1e6,1e7] [--texts 1e6] [--part 64]
 *
 * Keys are made by seed: a tenth of the documents are of families whose sizes have a heavy tail (and one of 100,000), and each member has
 * each key of its family with the chance that documents at .9 have. Candidates and the unions that they allow are counted from the law
 * itself, by other code, and have to be the same to the one. The second part does the whole of `tilth dedup` on a file of texts,
 * verification included: what must go is known to the row.
 */
const SEED = 0x7e57
const MIB = 1 << 20
const LARGEST = 100_000
/** Chance that a band of 8 of two documents at .9 is the same. */
const HIT = 0.9 ** 8
/** Rows whose keys are made before the clock counts. */
const BATCH = 4096

interface Part {
  readonly documents: number
  readonly cpuSeconds: number
  readonly peakBytes: number
  readonly diskBytes: number
  readonly candidates: number
  readonly unions: number
  readonly text: string
}

export async function run(argv: readonly string[] = process.argv.slice(2)): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      keys: { type: 'string', default: '14' },
      sizes: { type: 'string', default: '1e6,1e7' },
      texts: { type: 'string', default: '1e6' },
      part: { type: 'string', default: '64' },
    },
  })
  const partBytes = Number(values.part) * MIB
  const [, only, size, path = ''] = positionals
  if (only === 'write') {
    writeTexts(path, Number(size))
    return
  }
  if (only !== undefined) {
    const part =
      only === 'keys'
        ? await overKeys(Number(size), Number(values.keys), partBytes)
        : await overTexts(Number(size), partBytes)
    process.stdout.write(`${JSON.stringify(part)}\n`)
    return
  }
  const parts: Part[] = []
  for (const each of values.sizes.split(',')) {
    if (each !== '') parts.push(partIn(['keys', each, '--keys', values.keys, '--part', values.part]))
  }
  if (values.texts !== '') parts.push(partIn(['texts', values.texts, '--part', values.part]))
  for (const part of parts) report(part)
  const [first, second] = parts
  if (values.sizes.includes(',') && first !== undefined && second !== undefined)
    console.log(
      `CPU a document, second size over first: ${(perDocument(second) / perDocument(first)).toFixed(2)}`,
    )
}

function perDocument({ cpuSeconds, documents }: Part): number {
  return (1e6 * cpuSeconds) / documents
}

function report(part: Part): void {
  const { documents, peakBytes, diskBytes, candidates, unions, text } = part
  console.log(
    `${text}: ${documents} documents, ${candidates} candidates, ${unions} unions as they should be: ` +
      `${perDocument(part).toFixed(2)} us CPU a document, peak ${Math.round(peakBytes / MIB)} MiB, ` +
      `disk ${Math.round(diskBytes / MIB)} MiB`,
  )
}

function partIn(args: readonly string[]): Part {
  return JSON.parse(inProcess(args)) as Part
}

/** What this program prints in a process of its own. */
function inProcess(args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'run.ts'), 'dedup-scale', ...args],
    { encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(stderr)
  return stdout
}

/** Families of documents: sizes by a law with a heavy tail, and the places of their members spread over all rows. */
class Families {
  readonly #count: number
  /** The first place of each family, and the number of places behind the last. */
  readonly #starts: Uint32Array
  readonly #stride: number

  /** A tenth of the documents are of families. */
  constructor(documents: number) {
    this.#count = documents
    const places = Math.floor(documents / 10) + Math.min(LARGEST, Math.floor(documents / 10))
    const starts: number[] = [0, Math.min(LARGEST, Math.floor(documents / 10))]
    for (let family = 1; (starts.at(-1) ?? 0) < places; family++) {
      const drawn = 2 * (1 - chance(SEED, family, 1)) ** (-1 / 1.3)
      starts.push(Math.min(places, (starts.at(-1) ?? 0) + Math.min(LARGEST, Math.floor(drawn))))
    }
    this.#starts = Uint32Array.from(starts)
    this.#stride = Math.floor(documents * 0.618) | 1
    while (gcd(this.#stride, documents) !== 1) this.#stride += 2
  }

  get sizes(): readonly number[] {
    return Array.from(this.#starts.subarray(1), (end, at) => end - (this.#starts[at] ?? 0))
  }

  /** The place of a row: every place has one row. */
  place(row: number): number {
    return (row * this.#stride) % this.#count
  }

  start(family: number): number {
    return this.#starts[family] ?? 0
  }

  /** The family of a place; -1 for a document that has none. */
  of(place: number): number {
    let [low, high] = [0, this.#starts.length - 1]
    if (place >= (this.#starts[high] ?? 0)) return -1
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if ((this.#starts[middle] ?? 0) <= place) low = middle
      else high = middle
    }
    return low
  }
}

/** Keys of the document at a place, as a sketcher gives them. */
function writeKeys(families: Families, place: number, bands: number, keys: Uint32Array): void {
  const family = families.of(place)
  for (let band = 0; band < bands; band++) {
    const shared = family >= 0 && chance(place, band, 2) < HIT
    const owner = shared ? family : place
    const salt = (shared ? 0x10_0000 : 0x20_0000) + band
    keys[2 * band] = mixed(owner, salt, 3)
    keys[2 * band + 1] = mixed(owner, salt, 4)
  }
}

/** How many documents share a key with another, and how many unions they allow: from the law, family by family. */
function truthOf(
  families: Families,
  bands: number,
): { readonly candidates: number; readonly unions: number } {
  let candidates = 0
  let unions = 0
  for (const [family, size] of families.sizes.entries()) {
    const start = families.start(family)
    const hits: number[] = Array.from({ length: size }, (_, member) => {
      let mask = 0
      for (let band = 0; band < bands; band++) if (chance(start + member, band, 2) < HIT) mask |= 1 << band
      return mask
    })
    const counts = Array.from(
      { length: bands },
      (_, band) => hits.filter((mask) => (mask >>> band) & 1).length,
    )
    const groups = new UnionFind(bands)
    const meeting = hits.map((mask) =>
      counts.flatMap((count, band) => (count > 1 && (mask >>> band) & 1 ? [band] : [])),
    )
    for (const [first, ...others] of meeting) for (const band of others) groups.union(first ?? 0, band)
    const inGroup = meeting.filter((met) => met.length > 0)
    candidates += inGroup.length
    unions += inGroup.length - new Set(inGroup.map(([first]) => groups.find(first ?? 0))).size
  }
  return { candidates, unions }
}

async function overKeys(documents: number, bands: number, partBytes: number): Promise<Part> {
  const dir = mkdtempSync(join(tmpdir(), 'tilth-dedup-scale-'))
  try {
    const families = new Families(documents)

    const keys = new KeySpill(join(dir, 'keys'), partBytes / 24)
    const batch = Array.from({ length: BATCH }, () => new Uint32Array(2 * bands))
    let cpuSeconds = 0
    for (let from = 0; from < documents; from += BATCH) {
      const size = Math.min(BATCH, documents - from)
      for (let at = 0; at < size; at++)
        writeKeys(families, families.place(from + at), bands, batch[at] as Uint32Array)
      cpuSeconds += timed(() => {
        for (let at = 0; at < size; at++) keys.add(batch[at] as Uint32Array, from + at)
      })
    }
    const diskBytes = keys.bytes
    const start = process.cpuUsage()
    const { candidates, dropped, largest } = await nearKeys({
      keys,
      dir,
      partBytes,
      end: documents,
      bytes: 2000 * documents,
      threshold: undefined,
      readMembers: async (rows, partitions, spill) => {
        for (const [at, row] of rows.entries()) {
          const member = { row, id: `document-${row}`, rank: 0 }
          spill.add(partitions[at] ?? 0, member, NO_SHINGLES)
        }
      },
      copy: () => undefined,
    })
    cpuSeconds += secondsSince(start)
    const peakBytes = process.resourceUsage().maxRSS * 1024
    const truth = truthOf(families, bands)
    if (candidates !== truth.candidates)
      throw new Error(`${candidates} candidates, and ${truth.candidates} there are`)
    if (dropped !== truth.unions) throw new Error(`${dropped} unions, and ${truth.unions} there are`)
    const text = `${bands} keys each, largest cluster ${largest[0]?.rows}`
    return { documents, cpuSeconds, peakBytes, diskBytes, candidates, unions: dropped, text }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

const NO_SHINGLES = new Float64Array(0)
const WORDS_A_TEXT = 100

/** Whether a member of a family is only a distant relative: half of its words are others. */
function isDistant(place: number): boolean {
  return chance(place, 0, 5) < 0.2
}

/** A text by the place of its document: a family's, with one word changed, or with half of them; or one of its own. */
function textOf(families: Families, place: number): string {
  const family = families.of(place)
  const words = Array.from({ length: WORDS_A_TEXT }, (_, at) =>
    word(family >= 0 ? mixed(family, at, 6) : mixed(place, at, 7)),
  )
  if (family >= 0 && isDistant(place))
    for (let at = 0; at < WORDS_A_TEXT; at += 2) words[at] = word(mixed(place, at, 8))
  else if (family >= 0) words[mixed(place, 0, 9) % WORDS_A_TEXT] = word(mixed(place, 1, 9))
  return words.join(' ')
}

function word(number: number): string {
  return (number % 200_000).toString(26)
}

/** Writes rows of texts. */
function writeTexts(path: string, documents: number): void {
  const families = new Families(documents)
  const file = openSync(path, 'w')
  for (let from = 0; from < documents; from += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, documents - from) }, (_, at) => {
      const place = families.place(from + at)
      return `{"id":"${place}","text":"${textOf(families, place)}"}\n`
    })
    writeSync(file, rows.join(''))
  }
  closeSync(file)
}

async function overTexts(documents: number, partBytes: number): Promise<Part> {
  const dir = mkdtempSync(join(tmpdir(), 'tilth-dedup-scale-'))
  try {
    const input = join(dir, 'rows.jsonl')
    // In a process of its own, so that its memory does not count.
    inProcess(['write', String(documents), input])
    const { spec, threshold } = chosenSketch({ preset: 'default', verify: true })
    const start = process.cpuUsage()
    const found = await nearRows({
      rows: await openRows(input, {}),
      spec,
      threshold,
      dir,
      partBytes,
    })
    const cpuSeconds = secondsSince(start)
    const peakBytes = process.resourceUsage().maxRSS * 1024
    const families = new Families(documents)
    let [expected, missed] = [0, 0]
    const near = families.sizes.map(() => 0)
    for (let row = 0; row < documents; row++) {
      const place = families.place(row)
      const family = families.of(place)
      const alone = family < 0 || isDistant(place)
      if (!found.stays(row) && alone) throw new Error(`row ${row} was dropped, and is a copy of none`)
      if (!alone) near[family] = (near[family] ?? 0) + 1
    }
    for (const size of near) expected += Math.max(0, size - 1)
    missed = expected - found.dropped
    if (missed < 0 || missed > 0.002 * expected)
      throw new Error(`${found.dropped} dropped, and ${expected} should be`)
    return {
      documents,
      cpuSeconds,
      peakBytes,
      candidates: found.candidates,
      unions: found.dropped,
      diskBytes: statSync(input).size,
      text: `texts of ${WORDS_A_TEXT} words, compared ${found.compared} times, largest cluster ${found.largest[0]?.rows}, ${missed} of ${expected} copies missed`,
    }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function timed(work: () => void): number {
  const start = process.cpuUsage()
  work()
  return secondsSince(start)
}

function secondsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1e6
}

/** 32 bits of a number, a second one and the purpose. */
function mixed(a: number, b: number, purpose: number): number {
  let hash =
    Math.imul(a ^ SEED, 0x9e37_79b1) ^
    Math.imul(b + 0x165_667b1, 0x85eb_ca77) ^
    Math.imul(purpose, 0xc2b2_ae3d)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35)
  hash ^= hash >>> 16
  hash = Math.imul(hash + Math.imul(a, 0x27d4_eb2f), 0x9e37_79b1)
  return (hash ^ (hash >>> 15)) >>> 0
}

function chance(a: number, b: number, purpose: number): number {
  return mixed(a, b, purpose) / 2 ** 32
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b)
}

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMixture } from '../src/engine/tokens/mix.ts'
import { Store } from '../src/store/store.ts'
import { Workplace } from './engine-run.ts'
import { tilth } from './tilth.ts'

const python = process.env['TILTH_PYTHON'] ?? 'python3'
const hasNumpy = spawnSync(python, ['-c', 'import numpy']).status === 0

const page = readFileSync('docs/how-to/mix.md', 'utf8')
const blocks = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text = '']) => text)

describe('the page on mixtures', () => {
  const place = new Workplace()
  afterAll(() => place.remove())
  const said = new Map<string, string>()
  beforeAll(() => {
    const text = (seed: number, words: number): string =>
      Array.from({ length: words }, (_, at) => `word${(seed * 31 + at * at * 7) % 997}`).join(' ')
    for (let file = 0; file < 12; file++) {
      place.write(`articles/${file}.txt`, Buffer.from(`${text(file, 300)}\n`))
      place.write(`posts/${file}.txt`, Buffer.from(`${text(100 + file, 150)}\n`))
    }
    for (const line of blocks('sh').join('').trimEnd().split('\n')) {
      const [command, name = '', ...given] = line.split(' ')
      expect(command).toBe('tilth')
      // What is small needs no threads, whose start is most of the time.
      const threads = ['run', 'tokenize', 'mix'].includes(name) ? ['--workers', '1'] : []
      const ran = tilth(place.dir, name, ...given, ...threads)
      expect(ran.code, `${line}\n${ran.err}`).toBe(0)
      said.set(line, ran.out)
    }
  }, 120_000)
  const shown = (part: string): string => [...said].find(([line]) => line.includes(part))?.[1] ?? ''
  const ids = (): number[] => {
    const npy = readFileSync(join(place.dir, 'train/tokens-00000.npy')).subarray(128)
    return Array.from({ length: npy.length / 2 }, (_, at) => npy.readUInt16LE(2 * at))
  }

  it('has commands that run as they stand there', () => {
    expect(said.size).toBe(9)
    expect(shown('--plan')).toMatch(/articles-tokens +[\d,]+ +75 %/)
    expect(shown('tokens mixture')).toMatch(/repeated[^]*articles-tokens@1/)
    expect(shown('--at 3:17')).toMatch(/^sequence 3, token 17: of (?:articles|posts)-tokens/)
    expect(ids()).toHaveLength(156 * 128)
  })

  it.skipIf(!hasNumpy)('has Python that reads the order, on any number of ranks and from any step', () => {
    const { mixture } = openMixture(new Store(join(place.dir, '.tilth')), 'mixture')
    const [read = '', ranks = ''] = blocks('py')
    expect(read.trimEnd().split('\n').length).toBeLessThan(16)
    // Three steps of twelve on two ranks, then the others on three.
    const program = `${read}${ranks}
import sys
seen = {}
for step, end, count in ((0, 3, 2), (3, len(order) // 12, 3)):
    for rank in range(count):
        for place in places(step, 12, rank, count):
            if place < end * 12:
                assert place not in seen
                seen[place] = sequence(place).tolist()
assert sorted(seen) == list(range(len(order) // 12 * 12))
json.dump([seen[place] for place in sorted(seen)], sys.stdout)
`
    const ran = spawnSync(python, ['-c', program], { cwd: place.dir, encoding: 'utf8', maxBuffer: 64 << 20 })
    expect(ran.stderr).toBe('')
    const rows = JSON.parse(ran.stdout) as number[][]
    expect(rows).toHaveLength(Math.floor(mixture.sequences / 12) * 12)
    expect(rows.flat()).toEqual(ids().slice(0, rows.length * mixture.sequence))
  })
})

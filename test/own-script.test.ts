import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { explain, loadPlan, openVersion, signalRows, TilthError } from '../src/index.ts'
import { planKey } from '../src/plan/plan.ts'
import type { RecipeInput } from '../src/plan/recipe.ts'
import { keptIds, rejections, Workplace } from './engine-run.ts'

/** Scripts run by the machine's own Python, which needs nothing installed. */
const place = new Workplace()
afterAll(() => place.remove())

const SECRET = 'the secret sentence of this document'
const ROWS = Array.from({ length: 300 }, (_, at) => ({
  id: `row-${at}`,
  text: at === 137 ? SECRET : `Text ${at}: ${'word '.repeat(at % 40)}`,
}))
place.write('rows-1.jsonl', jsonl(ROWS.slice(0, 200)))
place.write('rows-2.jsonl', jsonl(ROWS.slice(200)))

function jsonl(rows: readonly object[]): Buffer {
  return Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
}

const WORDS = `
from helper import count
def score(batch):
    print("what a script prints is no answer")
    return [{"words": count(d["text"]), "ratio": None if d["id"] == "x" else 0.5} for d in batch]
`
place.write('helper.py', Buffer.from('def count(text):\n    return len(text.split())\n'))
place.write('words.py', Buffer.from(WORDS))

const SIGNALS = { words: 'Words.', ratio: 'A share.' }

function recipe(script: string, options: object = {}, before: RecipeInput['steps'] = []): RecipeInput {
  return {
    name: 'scored',
    writes: 'scored',
    inputs: { rows: { format: 'jsonl', files: 'rows-*.jsonl' } },
    steps: [{ use: 'row' }, ...before, { use: script, signals: SIGNALS, min: { words: 10 }, ...options }],
  }
}

/** A script of its own for each test. */
function script(name: string, code: string): string {
  place.write(`${name}.py`, Buffer.from(code))
  return `${place.dir}/${name}.py`
}

/** A command in the place of Python. */
function fake(commands: string): string {
  const path = place.write(`fake-${commands.length}`, Buffer.from(`#!/bin/sh\n${commands}\n`))
  chmodSync(path, 0o755)
  return path
}

async function failure(name: string, code: string, options: object = {}): Promise<TilthError> {
  try {
    await place.run(recipe(script(name, code), options), `store-${name}`, {})
  } catch (error) {
    if (error instanceof TilthError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

const GOOD =
  'def score(batch):\n    return [{"words": len(d["text"].split()), "ratio": 1.0} for d in batch]\n'
const at137 = (what: string): string => `
import os, sys, time
def score(batch):
    if any("secret sentence" in d["text"] for d in batch):
        ${what}
    return [{"words": 20, "ratio": 1} for d in batch]
`

describe('a script as a stage', () => {
  it('gives signals that are stored, and limits over them decide', async () => {
    const result = await place.run(recipe('./words.py'), 'store', {})
    expect(result.manifest.steps.find(({ name }) => name === 'words')).toMatchObject({ in: 300 })
    const version = await openVersion(result.dir)
    let rows = 0
    for await (const { signals, kept } of signalRows(version)) {
      rows++
      expect(signals['words.ratio']).toBe(0.5)
      expect(kept).toBe((signals['words.words'] ?? 0) >= 10)
    }
    expect(rows).toBe(300)
    const [first] = await rejections(result)
    expect(first).toMatchObject({ step: 'words', reason: 'low-words', signal: 'words', limit: 10, value: 2 })
    const [why] = await explain(version, first?.id ?? '')
    expect(why?.rules).toMatchObject([{ step: 'words', signal: 'words', verdict: 'drop' }])
    expect((await place.run(recipe('./words.py'), 'store', {})).upToDate).toBe(true)
  })

  it('gives the same with two workers, other batches and other steps around it, in the order of the input', async () => {
    const around: RecipeInput['steps'] = [{ use: 'dedup-exact' }, { use: 'text-stats' }]
    const one = await place.run(recipe('./words.py', {}, around), 'one', {})
    const two = await place.run(recipe('./words.py', {}, around), 'two', { workers: 2 })
    expect(two.manifest.hashes).toEqual(one.manifest.hashes)
    const small = await place.run(
      recipe('./words.py', { batchDocuments: 7, batchBytes: 300 }, around),
      'three',
      {},
    )
    expect(small.manifest.hashes).toEqual(one.manifest.hashes)
    const ids = await keptIds(one)
    expect(ids.length).toBeGreaterThan(100)
    expect(await keptIds(small)).toEqual(ids)
  })

  it('twice in one recipe is two processes, and neither overtakes the other', async () => {
    const steps: RecipeInput['steps'] = [
      { use: 'row' },
      { name: 'a', use: './words.py', signals: SIGNALS, min: { words: 10 }, batchDocuments: 9 },
      { use: 'text-stats' },
      { name: 'b', use: './words.py', signals: SIGNALS, max: { words: 30 }, batchDocuments: 4 },
    ]
    const both = await place.run({ ...recipe('./words.py'), steps }, 'both', {})
    const reasons = Object.assign({}, ...both.manifest.steps.map((step) => step.reasons)) as object
    expect(Object.keys(reasons).sort()).toEqual(['high-words', 'low-words'])
    const plain = await place.run(recipe('./words.py'), 'plain', {})
    const kept = new Set(await keptIds(both))
    expect(await keptIds(both)).toEqual((await keptIds(plain)).filter((id) => kept.has(id)))
  })

  it('is configured, and may print, import and hand out what it likes', async () => {
    const code = `
import os, sys
from decimal import Decimal
extra = 0
def configure(args):
    global extra
    extra = args["extra"]
def score(batch):
    os.write(1, b"raw bytes on standard output\\n")
    print("x" * 200000, file=sys.stderr)
    return tuple({"words": Decimal(len(d["text"].split()) + extra), "ratio": True} for d in batch)
`
    const result = await place.run(recipe(script('args', code), { args: { extra: 100 } }), 'args', {})
    expect(await keptIds(result)).toHaveLength(300)
  })

  it('has a key by what script, imports, lock file and files hold, not by where they lie', async () => {
    const write = (folder: string, name: string, text: string): void => {
      mkdirSync(join(place.dir, folder), { recursive: true })
      writeFileSync(join(place.dir, folder, name), text)
    }
    const keyOf = async (use: string, files: readonly string[] = []): Promise<string> =>
      planKey(await loadPlan(recipe(use, { name: 'own', files: [...files] }), [], place.dir))
    write('a', 'score.py', WORDS)
    write('a', 'helper.py', 'def count(text):\n    return 1\n')
    const keys = [await keyOf('./a/score.py')]
    renameSync(join(place.dir, 'a'), join(place.dir, 'b'))
    expect(await keyOf('./b/score.py')).toBe(keys[0])
    renameSync(join(place.dir, 'b/score.py'), join(place.dir, 'b/renamed.py'))
    expect(await keyOf('./b/renamed.py')).toBe(keys[0])
    write('b', 'other.py', 'x = 1')
    expect(await keyOf('./b/renamed.py')).toBe(keys[0])
    write('b', 'helper.py', 'def count(text):\n    return 2\n')
    keys.push(await keyOf('./b/renamed.py'))
    write('b', 'requirements.txt', 'numpy==2.0\n')
    keys.push(await keyOf('./b/renamed.py'))
    write('b', 'renamed.py', `${WORDS}\n`)
    keys.push(await keyOf('./b/renamed.py'))
    write('b', 'weights.bin', 'abc')
    keys.push(await keyOf('./b/renamed.py', ['b/weights.bin']))
    write('b', 'weights.bin', 'abd')
    keys.push(await keyOf('./b/renamed.py', ['b/weights.bin']))
    expect(new Set(keys).size).toBe(keys.length)
  })
})

describe('a script that goes wrong', () => {
  it.each([
    ['dies', 'print("the end is near", file=sys.stderr); os._exit(7)', /exit code 7\n {4}the end is near/],
    ['killed', 'os.kill(os.getpid(), 9)', /was ended by SIGKILL/],
    ['hangs', 'time.sleep(1000)', /gave no answer within 500 ms/],
    ['raises', 'raise ValueError("no " + batch[0]["text"])', /score\(\) raised ValueError/],
    [
      'nan',
      'return [{"words": float("nan") if "secret" in d["text"] else 1, "ratio": 1} for d in batch]',
      /gave nan as "words", not a finite number/,
    ],
    [
      'text',
      'return [{"words": d["text"] if "secret" in d["text"] else 1, "ratio": 1} for d in batch]',
      /gave a str as "words"/,
    ],
    [
      'missing',
      'return [{"words": 1} if "secret" in d["text"] else {"words": 1, "ratio": 1} for d in batch]',
      /gave no signal "ratio"/,
    ],
    [
      'more',
      'return [{"words": 1, "ratio": 1, **({"odd": 2} if "secret" in d["text"] else {})} for d in batch]',
      /gave a signal "odd" that the recipe/,
    ],
    ['few', 'return []', /gave 0 rows for 1 documents/],
    ['none', 'return None', /gave a NoneType, not a list/],
    [
      'rows',
      'return [1 if "secret" in d["text"] else {"words": 1, "ratio": 1} for d in batch]',
      /something else than a dict/,
    ],
  ])(
    '%s: names script, document and the end of standard error, and never a text',
    async (name, what, message) => {
      const error = await failure(name, at137(what), { batchTimeoutMs: 500 })
      expect(error.code).toBe('data')
      expect(error.message).toMatch(message)
      expect(error.message).toContain(`${name}.py at document ${await idOfSecret()}: `)
      expect(error.message).not.toContain(SECRET)
    },
  )

  it('and dies once goes on with a new process', async () => {
    const code = `
import os
mark = ${JSON.stringify(join(place.dir, 'died'))}
def score(batch):
    if not os.path.exists(mark) and any(d["text"].startswith("Text 70:") for d in batch):
        open(mark, "w").close()
        os._exit(1)
    return [{"words": len(d["text"].split()), "ratio": 0.5} for d in batch]
`
    const once = await place.run(recipe(script('once', code), { name: 'words' }), 'once', {})
    const plain = await place.run(recipe('./words.py'), 'once-plain', {})
    expect(once.manifest.hashes).toEqual(plain.manifest.hashes)
  })

  it('and dies a second time is an error, where no document is to blame as well', async () => {
    const code = `
import os
def score(batch):
    if len(batch) > 1:
        os._exit(1)
    return [{"words": 20, "ratio": 1} for d in batch]
`
    const error = await failure('second', code)
    expect(error.message).toMatch(
      /second\.py in a batch of 64 documents from [0-9a-f]{32} on: the process ended with exit code 1/,
    )
  })

  it('and hangs is gone with what it has started when the run is stopped', async () => {
    const pids = join(place.dir, 'pids')
    const code = `
import os, subprocess, time
def score(batch):
    child = subprocess.Popen(["sleep", "1000"])
    with open(${JSON.stringify(pids)} + ".part", "w") as out:
        out.write(f"{os.getpid()} {child.pid}")
    os.rename(${JSON.stringify(pids)} + ".part", ${JSON.stringify(pids)})
    time.sleep(1000)
`
    const stop = new AbortController()
    const run = place.run(recipe(script('stopped', code)), 'stopped', { signal: stop.signal })
    const refused = expect(run).rejects.toMatchObject({ code: 'interrupted' })
    while (!existsSync(pids)) await new Promise((resolve) => setTimeout(resolve, 10))
    stop.abort()
    await refused
    const [own = 0, child = 0] = readFileSync(pids, 'utf8').split(' ').map(Number)
    for (const pid of [own, child]) await vi.waitUntil(() => !isRunning(pid))
  })

  it('and hangs is gone when Tilth itself is killed', async () => {
    const own = join(place.dir, 'own-pid')
    script(
      'orphan',
      `import os, time\ndef score(batch):\n    open(${JSON.stringify(own)}, "w").write(str(os.getpid()) + "\\n")\n    time.sleep(1000)\n`,
    )
    place.write('orphan.yaml', Buffer.from(JSON.stringify(recipe('./orphan.py'))))
    const code = `import(${JSON.stringify(new URL('../src/cli/main.ts', import.meta.url).href)}).then((cli) => cli.main(['node', 'tilth', 'run', 'orphan.yaml', '--workers', '1']))`
    const main = spawn(process.execPath, ['-e', code], { cwd: place.dir, stdio: 'ignore' })
    await vi.waitUntil(() => existsSync(own) && readFileSync(own, 'utf8').endsWith('\n'), { timeout: 30_000 })
    main.kill('SIGKILL')
    await vi.waitUntil(() => !isRunning(Number(readFileSync(own, 'utf8'))), { timeout: 10_000 })
  })

  it.each([
    ['syntax', 'def score(batch:\n', {}, /could not be loaded[\s\S]*SyntaxError/],
    ['nothing', 'x = 1\n', {}, /defines no function score\(batch\)/],
    ['package', 'import no_such_package_at_all\n', {}, /No module named 'no_such_package_at_all'/],
    [
      'slow',
      `import time\ntime.sleep(1000)\n${GOOD}`,
      { startTimeoutMs: 300 },
      /gave no answer within 300 ms/,
    ],
    ['python', GOOD, { python: 'no-such-python' }, /could not be started: .*no-such-python/],
    ['garbage', GOOD, { python: fake('echo "{ words: 20"; sleep 100') }, /an answer that is not JSON/],
    ['chatty', GOOD, { python: fake("printf 'hello\\nworld\\n'; sleep 100") }, /what nobody had asked for/],
    ['silent', GOOD, { python: '/bin/true' }, /ended with exit code 0/],
  ])('at its start, %s: says so', async (name, code, options, message) => {
    const error = await failure(`start-${name}`, code, options)
    expect(error.code).toBe('input')
    expect(error.message).toMatch(message)
    expect(error.message).toContain(`start-${name}.py`)
  })

  it('is refused before anything runs where the recipe is wrong', async () => {
    const refused = (use: string, options: object) => loadPlan(recipe(use, options), [], place.dir)
    await expect(refused('./nowhere.py', {})).rejects.toThrow(/nowhere\.py cannot be read/)
    await expect(refused('./words.rb', {})).rejects.toThrow(
      /words\.rb: a stage of your own is a file that ends in \.py/,
    )
    await expect(refused('words.py', {})).rejects.toMatchObject({
      hint: expect.stringMatching(/\.\/words\.py/),
    })
    await expect(refused('./words.py', { signals: {} })).rejects.toThrow(/at least one signal/)
    await expect(refused('./words.py', { min: { wrods: 1 } })).rejects.toThrow(
      /words\.min\.wrods: expected one of the signals/,
    )
    await expect(refused('./words.py', { minimum: 1 })).rejects.toThrow(/minimum: no such option/)
  })
})

/** Whether a process is there and is more than the entry of one that ended. */
function isRunning(pid: number): boolean {
  expect(pid).toBeGreaterThan(1)
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/** The id that Tilth gives the row with the secret. */
async function idOfSecret(): Promise<string> {
  const result = await place.run(recipe('./words.py'), 'store', {})
  const row = (await rejections(result)).find(({ text }) => text === SECRET)
  return row?.id ?? 'not found'
}

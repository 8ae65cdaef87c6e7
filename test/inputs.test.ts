import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FoundInputs, findInputs } from '../src/engine/inputs.ts'
import { planRecipe } from '../src/plan/plan.ts'
import { checkRecipe } from '../src/plan/recipe.ts'

const PLAN = planRecipe(
  checkRecipe({
    name: 'texts',
    writes: 'texts',
    inputs: { files: { format: 'auto' } },
    steps: [{ name: 'text', use: 'file' }],
  }),
)

let dir = ''
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tilth-inputs-'))
  mkdirSync(join(dir, 'folder/below'), { recursive: true })
  mkdirSync(join(dir, 'folder/.git'))
  writeFileSync(join(dir, 'outside.txt'), 'text')
  for (const name of ['one.txt', 'below/two.txt', '.hidden.txt', '.git/three.txt', 'picture.jpg'])
    writeFileSync(join(dir, 'folder', name), 'text')
  symlinkSync('../outside.txt', join(dir, 'folder/link.txt'))
  symlinkSync('nowhere', join(dir, 'folder/broken.txt'))
  symlinkSync('self.txt', join(dir, 'folder/self.txt'))
  symlinkSync('../folder', join(dir, 'folder/below/loop'))
  execFileSync('mkfifo', [join(dir, 'folder/pipe.txt')])
})
afterAll(() => rmSync(dir, { recursive: true }))

const find = (pattern: string): Promise<FoundInputs> => findInputs(PLAN, { files: [pattern] }, dir)

function names(found: FoundInputs): readonly string[] {
  return found.files.map((file) => basename(file.uri)).sort()
}

describe('a folder as an input', () => {
  it('gives its files and what links to files, and counts what it passes over', async () => {
    const found = await find('folder')
    expect(names(found)).toEqual(['link.txt', 'one.txt', 'two.txt'])
    // picture.jpg, .hidden.txt, .git, broken.txt, self.txt, loop and pipe.txt
    expect(found.passed).toMatchObject([{ input: 'files', files: 7 }])
  })

  it('names what it passes over as it is called', async () => {
    mkdirSync(join(dir, 'odd'))
    for (const name of ['50% of it.txt', 'a picture #1.jpg']) writeFileSync(join(dir, 'odd', name), 'text')
    expect((await find('odd')).passed).toEqual([{ input: 'files', files: 1, example: 'a picture #1.jpg' }])
    await expect(find('odd/a picture*')).rejects.toThrow(
      'files: no format reads a picture #1.jpg by its ending',
    )
  })

  it('takes a hidden file that is named', async () => {
    expect(names(await find('folder/.hidden.txt'))).toEqual(['.hidden.txt'])
  })
})

describe('a glob as an input', () => {
  it('passes over pipes, folders and links that lead to no file', async () => {
    expect(names(await find('folder/*.txt'))).toEqual(['link.txt', 'one.txt'])
  })
})

describe('what cannot be an input', () => {
  it.each([
    { pattern: 'folder/p*.txt', hint: /pipe\.txt is neither a file/, why: 'a glob that finds a pipe alone' },
    { pattern: 'folder/self.txt', hint: /folder has \d+ files/, why: 'a link to itself' },
    { pattern: 'folder/none.txt', hint: /folder has \d+ files/, why: 'nothing' },
  ])('$why', async ({ pattern, hint }) => {
    await expect(find(pattern)).rejects.toMatchObject({ code: 'input', hint: expect.stringMatching(hint) })
  })
})

/** Who may read everything is asked to look as somebody who may not, once the modules are read: a clone may be private. */
const MODULES = ['../src/engine/inputs.ts', '../src/engine/recipes.ts', '../src/formats/source/source.ts']
const LOOK = `
const [inputs, recipes, source] = await Promise.all(${JSON.stringify(MODULES.map((path) => new URL(path, import.meta.url).href))}.map((each) => import(each)))
try {
  const plan = await recipes.loadPlan('documents')
  if (process.getuid() === 0) {
    process.setgroups([])
    process.setgid(65_534)
    process.setuid(65_534)
  }
  const { files } = await inputs.findInputs(plan, { files: [process.argv[1]] }, process.cwd())
  for (const file of files) await source.readAll(await source.openSource(file.uri), 100)
  console.log(JSON.stringify({ files: files.length }))
} catch (error) {
  console.log(JSON.stringify({ name: error.name, code: error.code, message: error.message, hint: error.hint }))
}`

describe('what may not be read', () => {
  beforeAll(() => {
    chmodSync(dir, 0o755)
    mkdirSync(join(dir, 'shut/closed'), { recursive: true })
    writeFileSync(join(dir, 'shut/closed/file.txt'), 'text')
    mkdirSync(join(dir, 'secrets'))
    writeFileSync(join(dir, 'secrets/open.txt'), 'text')
    writeFileSync(join(dir, 'secrets/secret.txt'), 'text')
    chmodSync(join(dir, 'shut/closed'), 0)
    chmodSync(join(dir, 'secrets/secret.txt'), 0)
  })
  afterAll(() => chmodSync(join(dir, 'shut/closed'), 0o755))

  it.each([
    { given: 'secrets/open.txt', says: /"files":1/, why: 'a file beside them is read' },
    { given: 'shut', says: /closed cannot be read: EACCES/, why: 'a folder in a folder' },
    { given: 'shut/closed', says: /closed cannot be read: EACCES/, why: 'a folder' },
    { given: 'shut/closed/file.txt', says: /no file matches/, why: 'a file in a folder' },
    { given: 'secrets', says: /secret\.txt: cannot be read \(EACCES\).*Leave it out/, why: 'a file' },
    { given: 'secrets/s*.txt', says: /secret\.txt: cannot be read \(EACCES\)/, why: 'a file of a glob' },
  ])('is told as an input that cannot be read, by name: $why', ({ given, says }) => {
    const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', LOOK, given]
    const ran = spawnSync(process.execPath, args, { cwd: dir, encoding: 'utf8' })
    expect(ran.stdout, ran.stderr).toMatch(says)
    if (!ran.stdout.includes('"files"')) expect(JSON.parse(ran.stdout)).toMatchObject({ code: 'input' })
  })
})

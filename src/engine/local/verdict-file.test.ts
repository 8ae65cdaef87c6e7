import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { VerdictFiles, writeVerdicts } from './verdict-file.ts'

const dir = mkdtempSync(join(tmpdir(), 'tilth-verdicts-'))
afterAll(() => rmSync(dir, { recursive: true }))

describe('verdicts of many partitions', () => {
  it.runIf(process.platform === 'linux')('are read with few files open', () => {
    const opened = (): number => readdirSync('/proc/self/fd').length
    const paths = Array.from({ length: 300 }, (_, at) => {
      const path = join(dir, `${at}.verdicts`)
      writeVerdicts(path, new Map([[7, [{ ordinal: at, copies: 2 }]]]))
      return path
    })
    const before = opened()
    const files = new VerdictFiles(paths)
    expect(opened() - before).toBeLessThan(40)
    const found = files.of(7)
    expect(found.size).toBe(300)
    expect(found.get(299)).toEqual({ ordinal: 299, copies: 2 })
    expect(opened() - before).toBeLessThan(40)
    files.close()
    expect(opened()).toBe(before)
  })
})

import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { makeDirectory } from './directory.ts'

const dir = mkdtempSync(join(tmpdir(), 'tilth-directory-'))
afterAll(() => rmSync(dir, { recursive: true }))

describe('makeDirectory', () => {
  it('makes what is missing, and is content with what is there', () => {
    const path = join(dir, 'a/b/c')
    makeDirectory(path)
    makeDirectory(path)
    expect(statSync(path).isDirectory()).toBe(true)
  })

  it('follows a link to a directory', () => {
    makeDirectory(join(dir, 'real'))
    symlinkSync('real', join(dir, 'link'))
    makeDirectory(join(dir, 'link/below'))
    expect(existsSync(join(dir, 'real/below'))).toBe(true)
  })

  it('refuses a path through a file', () => {
    writeFileSync(join(dir, 'file'), 'a file')
    expect(() => makeDirectory(join(dir, 'file'))).toThrow(/EEXIST/)
    expect(() => makeDirectory(join(dir, 'file/below'))).toThrow(/EEXIST/)
  })

  it.skipIf(!existsSync('/proc/self'))('ends where nothing can be made', () => {
    expect(() => makeDirectory('/proc/tilth/store')).toThrow(/ENOENT.*mkdir '\/proc\/tilth'/)
  })
})

import { describe, expect, it } from 'vitest'
import { TilthError } from '../model/error.ts'
import { explainDiskError } from './disk-error.ts'

function failed(code: string, path: string, syscall = 'open'): Error {
  return Object.assign(new Error(`${code}: what went wrong, ${syscall} '${path}'`), { code, syscall, path })
}

describe('explainDiskError', () => {
  it.each([
    { error: failed('ENOSPC', '/elsewhere'), code: 'disk-full', why: 'no room anywhere' },
    { error: failed('EDQUOT', '/s/x'), code: 'disk-full', why: 'no room by quota' },
    { error: failed('EROFS', '/s/leases/x'), code: 'usage', why: 'a read-only store' },
    { error: failed('EACCES', '/s/leases'), code: 'usage', why: 'a store of somebody else' },
    { error: failed('ENOTDIR', '/s/leases', 'mkdir'), code: 'usage', why: 'a store that is a file' },
    { error: failed('ENOENT', '/s/leases', 'mkdir'), code: 'usage', why: 'a directory that cannot be made' },
    { error: failed('EEXIST', '/a', 'mkdir'), store: '/a/s', code: 'usage', why: 'a file above the store' },
    {
      error: failed('ENOENT', '/', 'mkdir'),
      store: '/s',
      code: 'usage',
      why: 'the root that cannot be made',
    },
  ])('explains $why', ({ error, code, store = '/s' }) => {
    expect(explainDiskError(error, store)).toMatchObject({ name: 'TilthError', code })
  })

  it.each([
    { error: failed('EACCES', '/inputs/a.warc'), why: 'an input that cannot be read' },
    {
      error: failed('EACCES', '/st', 'mkdir'),
      why: 'a directory whose name only begins like that of the store',
    },
    { error: failed('ENOENT', '/s/cache/x'), why: 'a file of the store that is gone' },
    { error: new TypeError('/s'), why: 'a bug' },
    { error: new TilthError('busy', '/s'), why: 'what is explained already' },
    { error: 'ENOSPC', why: 'what is no error' },
  ])('leaves $why as it is', ({ error }) => {
    expect(explainDiskError(error, '/s')).toBe(error)
  })
})

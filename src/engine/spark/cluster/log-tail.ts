import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const MAX_BYTES = 64 * 1024

/** The last lines of a log, indented; empty where there is none. */
export function tailOf(path: string, lines = 15): string {
  const text = endOf(path).trimEnd()
  return text
    .split('\n')
    .slice(-lines)
    .map((line) => `    ${line.slice(0, 300)}`)
    .join('\n')
}

function endOf(path: string): string {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    return ''
  }
  try {
    const { size } = fstatSync(file)
    const buffer = Buffer.alloc(Math.min(size, MAX_BYTES))
    return buffer.toString('utf8', 0, readSync(file, buffer, 0, buffer.length, size - buffer.length))
  } finally {
    closeSync(file)
  }
}

/** Longest line of a chunk's size with its extensions. */
const MAX_SIZE_LINE = 4096

const LF = 0x0a
const CR = 0x0d

type Dechunked = { body: Buffer } | { reason: 'http-chunk'; detail: string }

/**
 * Removes the chunked transfer coding.
 *
 * A body that does not start with a chunk's size was de-chunked by the crawler and is given as it is.
 * The last chunk may be missing when the body ends behind a whole chunk, as many servers close that
 * way. Anything else that does not fit is a failure; `truncated` bodies keep what is there.
 *
 * @see RFC 9112, section 7.1.
 */
export function dechunk(bytes: Buffer, truncated: boolean): Dechunked {
  const parts: Buffer[] = []
  let at = 0
  while (at < bytes.length) {
    const line = sizeLine(bytes, at)
    if (line === undefined) {
      if (at === 0) return { body: bytes }
      if (truncated) break
      return { reason: 'http-chunk', detail: `expected the size of a chunk at byte ${at} of the body` }
    }
    if (line.size === 0) break
    const end = line.dataStart + line.size
    if (end > bytes.length) {
      if (!truncated) {
        const detail = `a chunk of ${line.size} bytes, of which the body holds ${bytes.length - line.dataStart}`
        return { reason: 'http-chunk', detail }
      }
      parts.push(bytes.subarray(line.dataStart))
      break
    }
    parts.push(bytes.subarray(line.dataStart, end))
    at = end
    if (bytes[at] === CR) at++
    if (bytes[at] === LF) at++
    if (at === end && end < bytes.length) {
      return { reason: 'http-chunk', detail: `a chunk of ${line.size} bytes is not followed by a line end` }
    }
  }
  return { body: parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts) }
}

function sizeLine(bytes: Buffer, at: number): { size: number; dataStart: number } | undefined {
  let end = at
  const limit = Math.min(bytes.length, at + MAX_SIZE_LINE)
  while (end < limit && bytes[end] !== LF) end++
  // A cut or overlong line is no size, but a last `0` without its line end is.
  if (end === limit && !(end === bytes.length && bytes[at] === 0x30)) return undefined
  const size = /^([0-9a-f]{1,12})[ \t]*(?:;.*)?\r?$/is.exec(bytes.toString('latin1', at, end))?.[1]
  return size === undefined ? undefined : { size: Number.parseInt(size, 16), dataStart: end + 1 }
}

import type { Source, Split } from '../../model/record.ts'
import { compressionOf } from '../compression/compression.ts'

const LINE_FEED = 10

/**
 * Cuts a plain file of lines behind line feeds, and counts the lines so that each part knows the number of
 * its first. Reads the file once, at the speed of the disk. A compressed file is one part.
 */
export async function splitLines(source: Source, targetBytes: number): Promise<readonly Split[]> {
  const whole = [{ start: 0, end: source.size, first: 0 }]
  if (source.size <= targetBytes || (await compressionOf(source)) !== 'plain') return whole
  const starts = [{ start: 0, first: 0 }]
  let wanted = targetBytes
  let at = 0
  let lines = 0
  for await (const raw of source.read(0, source.size)) {
    const chunk = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)
    for (let from = chunk.indexOf(LINE_FEED); from >= 0; from = chunk.indexOf(LINE_FEED, from + 1)) {
      lines++
      const start = at + from + 1
      if (start < wanted || start >= source.size) continue
      starts.push({ start, first: lines })
      wanted = start + targetBytes
    }
    at += chunk.length
  }
  return starts.map((split, index) => ({ ...split, end: starts[index + 1]?.start ?? source.size }))
}

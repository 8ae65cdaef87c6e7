import type { LineLengths } from './line-lengths.ts'

/**
 * Cuts the lines that are wanted out of chunks of a file, with their ends: neighbours in one piece, as far as they lie in one chunk.
 *
 * @param isWanted asked once of each line, in their order.
 */
export async function* wantedLines(
  chunks: AsyncIterable<Uint8Array>,
  lengths: LineLengths,
  isWanted: (line: number) => boolean,
): AsyncGenerator<Uint8Array> {
  let line = 0
  /** Bytes of the line that are still to come, and whether they are wanted. */
  let left = lengths.at(0)
  let wanted = lengths.count > 0 && isWanted(0)
  for await (const chunk of chunks) {
    let from = 0
    let at = 0
    while (at < chunk.length && line < lengths.count) {
      const step = Math.min(left, chunk.length - at)
      at += step
      left -= step
      if (left > 0) break
      left = lengths.at(++line)
      const next = line < lengths.count && isWanted(line)
      if (next === wanted) continue
      if (wanted) yield chunk.subarray(from, at)
      from = at
      wanted = next
    }
    if (wanted && at > from) yield chunk.subarray(from, at)
    if (line === lengths.count) return
  }
}

/** A frame of data, or one that a reader passes over. */
export interface FrameHeader {
  /** Bytes of the header, the magic number included. */
  readonly bytes: number
  /** Bytes of the window that a decoder must hold, or of the content where that is smaller. */
  readonly windowBytes: number
  /** Whether four bytes of checksum follow the last block. */
  readonly hasChecksum: boolean
}

/** Longest header there is: magic, descriptor, window, dictionary id and content size. */
export const MAX_HEADER_BYTES = 18

/** Magic number and length field of a frame that a reader passes over. */
export const SKIPPABLE_HEADER_BYTES = 8

/** What the magic number at the start of `bytes` says; `undefined` where it is not zstd's. */
export function frameMagic(bytes: Uint8Array): 'data' | 'skippable' | undefined {
  if (bytes[0] === 0x28 && bytes[1] === 0xb5 && bytes[2] === 0x2f && bytes[3] === 0xfd) return 'data'
  const skippable = bytes[1] === 0x2a && bytes[2] === 0x4d && bytes[3] === 0x18
  return skippable && ((bytes[0] ?? 0) & 0xf0) === 0x50 ? 'skippable' : undefined
}

/**
 * Reads the header of a data frame; `undefined` when `bytes` ends before it does.
 *
 * @see RFC 8878, section 3.1.1.1.
 */
export function readFrameHeader(bytes: Buffer): FrameHeader | undefined {
  const descriptor = bytes[4]
  if (descriptor === undefined) return undefined
  const singleSegment = (descriptor & 0x20) !== 0
  const sizeFlag = descriptor >> 6
  const idBytes = [0, 1, 2, 4][descriptor & 3] ?? 0
  const sizeBytes = sizeFlag === 0 ? (singleSegment ? 1 : 0) : 2 ** sizeFlag
  const sizeAt = 5 + (singleSegment ? 0 : 1) + idBytes
  const end = sizeAt + sizeBytes
  if (bytes.length < end) return undefined
  const contentBytes = readContentSize(bytes, sizeAt, sizeBytes)
  const windowBytes = singleSegment ? Number.POSITIVE_INFINITY : windowOf(bytes[5] ?? 0)
  return {
    bytes: end,
    windowBytes: Math.min(windowBytes, contentBytes ?? Number.POSITIVE_INFINITY),
    hasChecksum: (descriptor & 4) !== 0,
  }
}

function windowOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3))
  return base + (base / 8) * (descriptor & 7)
}

function readContentSize(bytes: Buffer, at: number, length: number): number | undefined {
  if (length === 0) return undefined
  if (length === 8) return Number(bytes.readBigUInt64LE(at))
  return bytes.readUIntLE(at, length) + (length === 2 ? 256 : 0)
}

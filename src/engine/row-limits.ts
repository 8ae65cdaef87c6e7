/** Longest row that is read, and the most memory of a decoder. Bytes. */
export const MAX_RECORD_BYTES = 256 << 20
export const MAX_WINDOW_BYTES = 128 << 20

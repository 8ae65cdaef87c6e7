/** The printable character that stands for each byte in byte-level vocabularies, as GPT-2 chose them. */
export const BYTE_CHARACTERS: readonly string[] = (() => {
  const isPrintable = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
  let others = 0
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCharCode(isPrintable(byte) ? byte : 256 + others++),
  )
})()

const BYTES = new Map(BYTE_CHARACTERS.map((character, byte) => [character, byte]))

/** A text with each byte of its UTF-8 as the character that stands for it. */
export function toByteCharacters(text: string): string {
  let out = ''
  for (const byte of Buffer.from(text)) out += BYTE_CHARACTERS[byte] ?? ''
  return out
}

/** The bytes that a text of such characters stands for; nothing where it has another character. */
export function fromByteCharacters(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length)
  for (let at = 0; at < text.length; at++) {
    const byte = BYTES.get(text[at] ?? '')
    if (byte === undefined) return undefined
    bytes[at] = byte
  }
  return bytes
}

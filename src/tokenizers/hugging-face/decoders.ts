import { fromByteCharacters } from './byte-characters.ts'
import { patternOf } from './normalizers.ts'
import { flagOf, listOf, type Part, partOf, stringOf, unsupported } from './part.ts'
import { metaspaceOptions } from './pre-tokenizers.ts'

/** Makes the texts of tokens one text. */
export type Decoder = (tokens: readonly string[]) => readonly string[]

const KNOWN: Readonly<Record<string, (part: Part, where: string) => Decoder>> = {
  ByteLevel: () => (tokens) => [
    Buffer.concat(tokens.map((token) => fromByteCharacters(token) ?? Buffer.from(token))).toString(),
  ],
  Metaspace: (part, where) => {
    const { sign, scheme } = metaspaceOptions(part, where)
    return (tokens) =>
      tokens.map((token, at) => token.replaceAll(sign, at === 0 && scheme !== 'never' ? '' : ' '))
  },
  WordPiece: (part, where) => {
    const prefix = stringOf(part['prefix'] ?? '##', `${where}.prefix`)
    const cleans = flagOf(part['cleanup'], `${where}.cleanup`, true)
    return (tokens) =>
      tokens.map((token, at) => {
        const joined = at === 0 ? token : token.startsWith(prefix) ? token.slice(prefix.length) : ` ${token}`
        return cleans ? cleaned(joined) : joined
      })
  },
  BPEDecoder: (part, where) => {
    const suffix = stringOf(part['suffix'] ?? '</w>', `${where}.suffix`)
    return (tokens) =>
      tokens.map((token, at) => token.replaceAll(suffix, at === tokens.length - 1 ? '' : ' '))
  },
  ByteFallback: () => byteFallback,
  Fuse: () => (tokens) => [tokens.join('')],
  Strip: (part, where) => {
    const content = stringOf(part['content'], `${where}.content`)
    const [start, stop] = [Number(part['start'] ?? 0), Number(part['stop'] ?? 0)]
    return (tokens) => tokens.map((token) => stripped(token, content, start, stop))
  },
  Replace: (part, where) => {
    const expression = patternOf(part['pattern'], `${where}.pattern`)
    const content = stringOf(part['content'], `${where}.content`)
    return (tokens) => tokens.map((token) => token.replace(expression, () => content))
  },
  Sequence: (part, where) => {
    const all = listOf(part['decoders'], `${where}.decoders`).map((each, index) =>
      decoderOf(each, `${where}.decoders[${index}]`),
    )
    return (tokens) => all.reduce((current, decode) => decode(current), tokens)
  },
}

/** The decoder of a `tokenizer.json`; without one, tokens are joined by spaces. @throws TilthError `input`. */
export function decoderOf(value: unknown, where: string): Decoder {
  const part = partOf(value, where)
  if (part === undefined) return (tokens) => [tokens.join(' ')]
  const make = KNOWN[String(part['type'])]
  if (make === undefined) throw unsupported(where, part['type'], Object.keys(KNOWN))
  return make(part, where)
}

const BYTE = /^<0x([0-9A-Fa-f]{2})>$/

/** The byte that a token of the form `<0xNN>` stands for. */
export function byteOf(token: string): number | undefined {
  const found = BYTE.exec(token)
  return found === null ? undefined : Number.parseInt(found[1] ?? '', 16)
}

/** Runs of byte tokens as text, or where they are none, U+FFFD for each. */
function byteFallback(tokens: readonly string[]): readonly string[] {
  const out: string[] = []
  let bytes: number[] = []
  const flush = (): void => {
    if (bytes.length === 0) return
    const text = Buffer.from(bytes)
    out.push(Buffer.from(text.toString()).equals(text) ? text.toString() : '\ufffd'.repeat(bytes.length))
    bytes = []
  }
  for (const token of tokens) {
    const byte = byteOf(token)
    if (byte !== undefined) bytes.push(byte)
    else {
      flush()
      out.push(token)
    }
  }
  flush()
  return out
}

function stripped(token: string, content: string, start: number, stop: number): string {
  const characters = [...token]
  let from = 0
  while (from < start && characters[from] === content) from++
  let to = characters.length
  while (to > from && characters.length - to < stop && characters[to - 1] === content) to--
  return characters.slice(from, to).join('')
}

function cleaned(text: string): string {
  return text
    .replaceAll(' .', '.')
    .replaceAll(' ?', '?')
    .replaceAll(' !', '!')
    .replaceAll(' ,', ',')
    .replaceAll(" ' ", "'")
    .replaceAll(" n't", "n't")
    .replaceAll(" 'm", "'m")
    .replaceAll(' do not', " don't")
    .replaceAll(" 's", "'s")
    .replaceAll(" 've", "'ve")
    .replaceAll(" 're", "'re")
}

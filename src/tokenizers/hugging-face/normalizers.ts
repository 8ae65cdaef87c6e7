import { toByteCharacters } from './byte-characters.ts'
import { expressionOf, literalExpression } from './expression.ts'
import { flagOf, listOf, type Part, partOf, stringOf, unsupported, wrong } from './part.ts'
import { precompiled } from './precompiled.ts'

export type Normalizer = (text: string) => string

const KNOWN: Readonly<Record<string, (part: Part, where: string) => Normalizer>> = {
  NFC: () => (text) => text.normalize('NFC'),
  NFD: () => (text) => text.normalize('NFD'),
  NFKC: () => (text) => text.normalize('NFKC'),
  NFKD: () => (text) => text.normalize('NFKD'),
  Lowercase: () => lowercase,
  StripAccents: () => (text) => text.replaceAll(/\p{M}/gu, ''),
  Strip: (part, where) => {
    const left = flagOf(part['strip_left'], `${where}.strip_left`, true)
    const right = flagOf(part['strip_right'], `${where}.strip_right`, true)
    return (text) => {
      const begun = left ? text.replace(/^\p{White_Space}+/u, '') : text
      return right ? withoutEnd(begun) : begun
    }
  },
  Prepend: (part, where) => {
    const before = stringOf(part['prepend'], `${where}.prepend`)
    return (text) => (text === '' ? text : before + text)
  },
  Replace: (part, where) => {
    const expression = patternOf(part['pattern'], `${where}.pattern`)
    const content = stringOf(part['content'], `${where}.content`)
    return (text) => text.replace(expression, () => content)
  },
  ByteLevel: () => toByteCharacters,
  BertNormalizer: bert,
  Precompiled: (part, where) =>
    precompiled(stringOf(part['precompiled_charsmap'], `${where}.precompiled_charsmap`), where),
  Sequence: (part, where) => {
    const all = listOf(part['normalizers'], `${where}.normalizers`).map((each, index) =>
      normalizerOf(each, `${where}.normalizers[${index}]`),
    )
    return (text) => all.reduce((current, normalize) => normalize(current), text)
  },
}

/** The normalizer of a `tokenizer.json`; none leaves a text as it is. @throws TilthError `input`. */
export function normalizerOf(value: unknown, where: string): Normalizer {
  const part = partOf(value, where)
  if (part === undefined) return (text) => text
  const make = KNOWN[String(part['type'])]
  if (make === undefined) throw unsupported(where, part['type'], Object.keys(KNOWN))
  return make(part, where)
}

/** `{"String": ...}` or `{"Regex": ...}`. @throws TilthError `input`. */
export function patternOf(value: unknown, where: string): RegExp {
  const pattern = partOf(value, where)
  if (typeof pattern?.['String'] === 'string') return literalExpression(pattern['String'])
  if (typeof pattern?.['Regex'] === 'string') return expressionOf(pattern['Regex'], where)
  throw wrong(where, '{"String": ...} or {"Regex": ...}', value)
}

/** By characters, as `tokenizers` does it: a sigma at the end of a word is one as any other. */
function lowercase(text: string): string {
  return text.replaceAll(/\P{ASCII}|[A-Z]+/gu, (each) => each.toLowerCase())
}

function withoutEnd(text: string): string {
  let end = text.length
  while (end > 0 && /\p{White_Space}/u.test(text[end - 1] ?? '')) end--
  return text.slice(0, end)
}

function bert(part: Part, where: string): Normalizer {
  const clean = flagOf(part['clean_text'], `${where}.clean_text`, true)
  const spaced = flagOf(part['handle_chinese_chars'], `${where}.handle_chinese_chars`, true)
  const lower = flagOf(part['lowercase'], `${where}.lowercase`, true)
  const strip = flagOf(part['strip_accents'], `${where}.strip_accents`, lower)
  return (text) => {
    let current = text
    if (clean) {
      current = current
        .replaceAll(/(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}\ufffd]/gu, '')
        .replaceAll(/\p{White_Space}/gu, ' ')
    }
    if (spaced) {
      current = current.replaceAll(
        /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/gu,
        ' $& ',
      )
    }
    if (strip) current = current.normalize('NFD').replaceAll(/\p{Mn}/gu, '')
    return lower ? lowercase(current) : current
  }
}

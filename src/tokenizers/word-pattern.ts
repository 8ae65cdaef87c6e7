import { asUnicode16 } from './unicode-16.ts'

/** How a text is cut into words before their bytes are merged. */
export interface WordPattern {
  readonly family: 'gpt2' | 'cl100k' | 'o200k'
  /** Most digits of a word of digits; of no meaning for gpt2, which has no limit. */
  readonly digits: number
  /** Whether white space that ends a text is one word even where a line ends within it, as in tiktoken's cl100k_base. */
  readonly takesEnd: boolean
}

/** The pattern as a regular expression that matches one word after another. */
export function wordExpression({ family, digits, takesEnd }: WordPattern): RegExp {
  const S = '\\p{White_Space}'
  const number = `\\p{N}{1,${digits}}`
  const contraction = "'(?:[sdmtSDMT\\u017f]|[lL][lL]|[vV][eE]|[rR][eE])"
  const symbols = ` ?[^${S}\\p{L}\\p{N}]+`
  const rest = `${S}+(?!\\P{White_Space})|${S}+`
  const lines = `${takesEnd ? `${S}+$|` : ''}${S}*[\\r\\n]+|${rest}`
  if (family === 'gpt2') {
    return new RegExp(`'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+|${symbols}|${rest}`, 'gu')
  }
  if (family === 'cl100k') {
    return new RegExp(
      `${contraction}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${number}|${symbols}[\\r\\n]*|${lines}`,
      'gu',
    )
  }
  const upper = '[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]'
  const lower = '[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]'
  const before = '[^\\r\\n\\p{L}\\p{N}]?'
  return new RegExp(
    `${before}${upper}*${lower}+(?:${contraction})?|${before}${upper}+${lower}*(?:${contraction})?|` +
      `${number}|${symbols}[\\r\\n/]*|${lines}`,
    'gu',
  )
}

/** What an expression matches in a text, one match after another. */
export function cutBy(expression: RegExp, text: string): string[] {
  const matches = asUnicode16(text).matchAll(expression)
  return Array.from(matches, ({ 0: match, index }) => text.slice(index, index + match.length))
}

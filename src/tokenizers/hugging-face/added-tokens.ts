import { flagOf, listOf, partOf, stringOf, wrong } from './part.ts'

/** A token beside those of the model. */
export interface AddedToken {
  readonly id: number
  readonly content: string
  readonly isSpecial: boolean
  readonly isSingleWord: boolean
  readonly takesLeft: boolean
  readonly takesRight: boolean
  readonly isNormalized: boolean
}

/** `added_tokens`. @throws TilthError `input`. */
export function addedTokensOf(value: unknown): readonly AddedToken[] {
  return listOf(value ?? [], 'added_tokens').map((each, index) => {
    const where = `added_tokens[${index}]`
    const token = partOf(each, where) ?? {}
    const id = token['id']
    if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0) throw wrong(`${where}.id`, 'an id', id)
    const isSpecial = flagOf(token['special'], `${where}.special`, false)
    return {
      id,
      content: stringOf(token['content'], `${where}.content`),
      isSpecial,
      isSingleWord: flagOf(token['single_word'], `${where}.single_word`, false),
      takesLeft: flagOf(token['lstrip'], `${where}.lstrip`, false),
      takesRight: flagOf(token['rstrip'], `${where}.rstrip`, false),
      isNormalized: flagOf(token['normalized'], `${where}.normalized`, !isSpecial),
    }
  })
}

/** A stretch of a text: ordinary text, or an added token. */
export type Section = { readonly text: string; readonly isFirst: boolean } | { readonly id: number }

/**
 * Cuts added tokens out of a text: at each place the longest one. Special ones are ordinary text, and still hide others that they
 * overlap with, as in `tokenizers` with `encode_special_tokens`.
 *
 * Gives nothing where no token can be found, so that a text is passed on whole.
 */
export function addedTokenCutter(
  tokens: readonly AddedToken[],
): ((section: { readonly text: string; readonly isFirst: boolean }) => readonly Section[]) | undefined {
  const byContent = new Map(
    tokens.filter(({ content }) => content !== '').map((token) => [token.content, token]),
  )
  if (![...byContent.values()].some(({ isSpecial }) => !isSpecial)) return undefined
  const contents = [...byContent.keys()].sort((a, b) => b.length - a.length)
  const expression = new RegExp(contents.map((content) => RegExp.escape(content)).join('|'), 'gu')
  return ({ text, isFirst }) => {
    const sections: Section[] = []
    let last = 0
    const textTo = (end: number): void => {
      if (last < end) sections.push({ text: text.slice(last, end), isFirst: isFirst && last === 0 })
    }
    for (const { 0: content, index } of text.matchAll(expression)) {
      const token = byContent.get(content)
      if (token === undefined || token.isSpecial) continue
      let start = index
      let end = index + content.length
      if (
        token.isSingleWord &&
        (/[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]$/u.test(text.slice(0, start)) ||
          /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]/u.test(text.slice(end)))
      )
        continue
      if (token.takesLeft) start = Math.max(last, start - endSpaces(text.slice(last, start)))
      if (token.takesRight) end += /^\p{White_Space}*/u.exec(text.slice(end))?.[0].length ?? 0
      textTo(start)
      sections.push({ id: token.id })
      last = end
    }
    textTo(text.length)
    return sections
  }
}

function endSpaces(text: string): number {
  let start = text.length
  while (start > 0 && /\p{White_Space}/u.test(text[start - 1] ?? '')) start--
  return text.length - start
}

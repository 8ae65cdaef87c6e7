import { TilthError } from '../../model/error.ts'

/** White space, words and digits as Oniguruma has them in Unicode texts, for use within a class. */
const SHORT: Readonly<Record<string, string>> = {
  s: '\\p{White_Space}',
  S: '\\P{White_Space}',
  d: '\\p{Nd}',
  D: '\\P{Nd}',
  h: '0-9a-fA-F',
  w: '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\u00b2\\u00b3\\u00b9\\u00bc-\\u00be',
}

/**
 * A regular expression of Oniguruma, which `tokenizers` uses, as one of JavaScript that matches the same. It is global.
 *
 * Possessive quantifiers become a lookahead and a reference to what it found; `^` and `$` are those of lines, `.` is all but a line
 * feed, `\s`, `\d` and `\w` are of Unicode.
 *
 * @throws TilthError `input` for what has no counterpart: nested classes, `&&`, named classes in brackets, `\R`, `\X`, `\G`.
 */
export function expressionOf(source: string, where: string): RegExp {
  try {
    return new RegExp(translate(source), 'gu')
  } catch (cause) {
    if (cause instanceof TilthError) throw cause
    throw new TilthError('input', `${where}: the regular expression ${source} cannot be used here`, {
      hint: cause instanceof Error ? cause.message : String(cause),
      cause,
    })
  }
}

/** Exactly the text. */
export function literalExpression(text: string): RegExp {
  return new RegExp(RegExp.escape(text), 'gu')
}

function translate(source: string): string {
  let out = ''
  /** Where the last whole atom begins in `out`, for a possessive quantifier that follows; and where open groups do. */
  let atom = 0
  const groups: number[] = []
  let references = 0
  let at = 0
  const refuse = (what: string): TilthError =>
    new TilthError('input', `the regular expression ${source}: ${what} is not supported`)
  while (at < source.length) {
    const character = String.fromCodePoint(source.codePointAt(at) ?? 0)
    if (character === '\\') {
      const [text, length] = escapeAt(source, at, false, refuse)
      atom = out.length
      out += text
      at += length
    } else if (character === '[') {
      const [text, length] = classAt(source, at, refuse)
      atom = out.length
      out += text
      at += length
    } else if (character === '(') {
      const opening = /^\((?:\?(?:<?[=!]|:|>|<\w+>|[imsx-]+[:)]))?/.exec(source.slice(at))?.[0] ?? '('
      at += opening.length
      if (/^\(\?[imsx-]*[msx]/.test(opening)) throw refuse(opening)
      // A flag without a group holds to the end of the group that it stands in.
      if (/^\(\?[i-]+\)$/.test(opening)) {
        const rest = endOfGroup(source, at)
        out += `(?${opening.slice(2, -1)}:${translate(source.slice(at, rest))})`
        at = rest
        continue
      }
      groups.push(out.length)
      if (opening === '(?>') {
        // An atomic group: what a lookahead found is taken as it is.
        const end = endOfGroup(source, at)
        out += `(?:(?=(?<atomic${++references}>${renamed(translate(source.slice(at, end)), references)}))\\k<atomic${references}>`
        at = end
      } else out += opening === '(' ? '(?:' : opening
    } else if (character === ')') {
      out += ')'
      atom = groups.pop() ?? 0
      at++
    } else if ('*+?{'.includes(character)) {
      const quantifier = /^(?:[*+?]|\{\d*,?\d*\})/.exec(source.slice(at))?.[0]
      if (quantifier === undefined || quantifier === '{}' || quantifier === '{,}') {
        atom = out.length
        out += '\\{'
        at++
        continue
      }
      at += quantifier.length
      const lazy = source[at] === '?'
      const possessive = source[at] === '+' && !quantifier.startsWith('{')
      const bounds = quantifier.startsWith('{,') ? `{0${quantifier.slice(1)}` : quantifier
      if (possessive) {
        references++
        const repeated = out.slice(atom) + bounds
        out = `${out.slice(0, atom)}(?:(?=(?<possessive${references}>${repeated}))\\k<possessive${references}>)`
      } else out += bounds + (lazy ? '?' : '')
      if (lazy || possessive) at++
      // In Oniguruma `{1,3}+` repeats the repetition.
      if (quantifier.startsWith('{') && source[at] === '+') {
        out = `${out.slice(0, atom)}(?:${out.slice(atom)})`
      }
    } else {
      const plain: Readonly<Record<string, string>> = {
        '^': '(?<![^\\n])',
        $: '(?![^\\n])',
        '.': '[^\\n]',
        '}': '\\}',
        ']': '\\]',
      }
      if (character !== '|') atom = out.length
      out += plain[character] ?? character
      at += character.length
    }
  }
  return out
}

/** Names of groups within an atomic group, which must not be those of others. */
function renamed(text: string, number: number): string {
  return text.replaceAll(/(<)((?:atomic|possessive)\d+>)/g, `$1in${number}$2`)
}

function endOfGroup(source: string, from: number): number {
  let depth = 0
  for (let at = from; at < source.length; at++) {
    if (source[at] === '\\') at++
    else if (source[at] === '[') at += /^\[\^?\]?(?:\\.|[^\]\\])*/.exec(source.slice(at))?.[0].length ?? 1
    else if (source[at] === '(') depth++
    else if (source[at] === ')' && depth-- === 0) return at
  }
  return source.length
}

/** An escape, and its length. */
function escapeAt(
  source: string,
  at: number,
  inClass: boolean,
  refuse: (what: string) => Error,
): readonly [string, number] {
  const rest = source.slice(at)
  const code =
    /^\\x\{([0-9a-fA-F]+)\}/.exec(rest) ??
    /^\\x([0-9a-fA-F]{2})/.exec(rest) ??
    /^\\u([0-9a-fA-F]{4})/.exec(rest)
  if (code !== null) return [`\\u{${code[1]}}`, code[0].length]
  const property = /^\\([pP])\{(\^?)([\w ]+)\}/.exec(rest)
  if (property !== null) {
    const isNegated = (property[1] === 'P') !== (property[2] === '^')
    return [`\\${isNegated ? 'P' : 'p'}{${propertyOf(property[3] ?? '', refuse)}}`, property[0].length]
  }
  const character = String.fromCodePoint(rest.codePointAt(1) ?? 0)
  const length = 1 + character.length
  const short = SHORT[character]
  if (short !== undefined)
    return [
      inClass || (/^\\[pP]/.test(short) && !short.slice(1).includes('\\')) ? short : `[${short}]`,
      length,
    ]
  if (character === 'H') return ['[^0-9a-fA-F]', length]
  if (character === 'W') {
    if (inClass) throw refuse('\\W in a class')
    return [`[^${SHORT['w']}]`, length]
  }
  if (character === 'A') return ['(?<![\\s\\S])', length]
  if (character === 'z') return ['(?![\\s\\S])', length]
  if (character === 'Z') return ['(?=\\n?(?![\\s\\S]))', length]
  if (character === 'a') return ['\\u0007', length]
  if (character === 'e') return ['\\u001b', length]
  if (/[bBnrtfv0]/.test(character)) return [`\\${character}`, length]
  if (/[A-Za-z1-9]/.test(character)) throw refuse(`\\${character}`)
  return [
    /[\^$\\.*+?()[\]{}|/-]/.test(character) && (inClass || character !== '-') ? `\\${character}` : character,
    length,
  ]
}

/** A property, or the script of that name. */
function propertyOf(name: string, refuse: (what: string) => Error): string {
  const bare = name.replace(/^Is/, '')
  for (const each of [name, bare, `Script=${bare}`]) {
    try {
      new RegExp(`\\p{${each}}`, 'u')
      return each
    } catch {
      // The next spelling.
    }
  }
  throw refuse(`\\p{${name}}`)
}

/** A class in brackets, and its length. */
function classAt(source: string, from: number, refuse: (what: string) => Error): readonly [string, number] {
  let out = '['
  let at = from + 1
  if (source[at] === '^') {
    out += '^'
    at++
  }
  for (let first = true; at < source.length; first = false) {
    const character = String.fromCodePoint(source.codePointAt(at) ?? 0)
    if (character === ']' && !first) return [`${out}]`, at + 1 - from]
    if (character === '[') throw refuse('a class within a class')
    if (character === '&' && source[at + 1] === '&') throw refuse('&& in a class')
    if (character === '\\') {
      const [text, length] = escapeAt(source, at, true, refuse)
      out += text
      at += length
      continue
    }
    out += /[\]^]/.test(character) ? `\\${character}` : character
    at += character.length
  }
  throw refuse('a class that does not end')
}

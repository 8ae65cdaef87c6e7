/** Containers nested deeper than this are not mended. */
const MAX_DEPTH = 256

/**
 * Reads JSON as pages write it; `undefined` where nothing can be made of it.
 *
 * Comments and CDATA signs around it, raw line ends and wrong escapes in strings, quotes that are not
 * escaped, commas too many or too few, comments, several values one after the other (read as a list) and an
 * end cut off are mended, and only when it cannot be read as it stands. O(length), no recursion.
 */
export function parseLenientJson(source: string): unknown {
  const direct = parse(source)
  if (direct !== undefined) return direct
  const body = unescaped(unwrapped(source))
  return parse(body) ?? parse(mended(body))
}

function parse(source: string | undefined): unknown {
  if (source === undefined || source === '') return undefined
  try {
    return JSON.parse(source)
  } catch {
    return undefined
  }
}

/** JSON whose quotes an editor has turned into references is turned back. */
function unescaped(source: string): string {
  return /^[\s{[]*&quot;/.test(source) ? source.replaceAll('&quot;', '"').replaceAll('&amp;', '&') : source
}

/** From the first bracket to the last. */
function unwrapped(source: string): string {
  const marked = source.indexOf('<![CDATA[')
  const opening = marked < 0 ? source : source.slice(marked + 9)
  const start = opening.search(/[{[]/)
  if (start < 0) return ''
  const closed = opening.lastIndexOf(']]>')
  const stop = closed > start && opening.length - closed < 20 ? closed : opening.length
  const end = Math.max(opening.lastIndexOf('}', stop - 1), opening.lastIndexOf(']', stop - 1))
  // A page that is cut within its linked data has no last bracket of its own.
  return opening.slice(start, end < start || /[^\s;/*>-]/.test(opening.slice(end + 1, stop)) ? stop : end + 1)
}

function mended(source: string): string | undefined {
  return source === '' ? undefined : new Mender(source).mend()
}

/** What may come next: in an object a key, the colon behind it, or a value; elsewhere a value. */
type Expected = 'key' | 'colon' | 'value' | 'separator'

class Mender {
  readonly #source: string
  readonly #out: string[] = []
  readonly #closers: string[] = []
  #expected: Expected = 'value'
  #at = 0

  constructor(source: string) {
    this.#source = source
  }

  mend(): string | undefined {
    const source = this.#source
    while (this.#at < source.length) {
      const sign = source.charAt(this.#at)
      if (sign === '{' || sign === '[') {
        if (this.#closers.length >= MAX_DEPTH) return undefined
        this.#open(sign)
      } else if (sign === '}' || sign === ']') this.#close(sign)
      else if (sign === ',') this.#comma()
      else if (sign === ':') this.#colon()
      else if (sign === '"' || sign === "'") this.#token(this.#string(sign))
      else if (sign === '/') this.#comment()
      else if (/[\w.+-]/.test(sign)) this.#token(this.#word())
      else this.#at++
    }
    while (this.#closers.length > 0) this.#closeLast()
    return `[${this.#out.join('')}]`
  }

  #open(sign: string): void {
    this.#beforeToken(false)
    this.#out.push(sign)
    this.#closers.push(sign === '{' ? '}' : ']')
    this.#expected = sign === '{' ? 'key' : 'value'
    this.#at++
  }

  #close(sign: string): void {
    this.#at++
    const depth = this.#closers.lastIndexOf(sign)
    if (depth < 0) return
    while (this.#closers.length > depth) this.#closeLast()
  }

  #closeLast(): void {
    if (this.#expected === 'colon') this.#out.push(':null')
    else if (this.#out.at(-1) === ':') this.#out.push('null')
    else if (this.#out.at(-1) === ',') this.#out.pop()
    this.#out.push(this.#closers.pop() as string)
    this.#expected = 'separator'
  }

  #comma(): void {
    this.#at++
    if (this.#expected === 'colon') this.#out.push(':null')
    else if (this.#out.at(-1) === ':') this.#out.push('null')
    else if (this.#expected !== 'separator') return
    this.#separate()
  }

  #separate(): void {
    this.#out.push(',')
    this.#expected = this.#closers.at(-1) === '}' ? 'key' : 'value'
  }

  #colon(): void {
    this.#at++
    if (this.#expected !== 'colon') return
    this.#out.push(':')
    this.#expected = 'value'
  }

  /** Puts in the sign that is missing before a token. */
  #beforeToken(isKey: boolean): void {
    if (this.#expected === 'separator') this.#separate()
    if (this.#expected === 'colon') this.#colonMissing()
    if (this.#expected === 'key' && !isKey) this.#out.push('"":')
  }

  #colonMissing(): void {
    this.#out.push(':')
    this.#expected = 'value'
  }

  #token(token: string): void {
    this.#beforeToken(true)
    if (this.#expected === 'key') {
      this.#out.push(token.startsWith('"') ? token : JSON.stringify(token))
      this.#expected = 'colon'
    } else {
      this.#out.push(token)
      this.#expected = 'separator'
    }
  }

  #word(): string {
    const found = /[\w.+-]+/y
    found.lastIndex = this.#at
    const word = found.exec(this.#source)?.[0] ?? ''
    this.#at += Math.max(1, word.length)
    if (/^(?:true|false|null|-?(?:0|[1-9]\d{0,20})(?:\.\d{1,20})?)$/.test(word)) return word
    return word === 'undefined' || word === 'NaN' ? 'null' : JSON.stringify(word)
  }

  #comment(): void {
    const source = this.#source
    const next = source.charAt(this.#at + 1)
    const end =
      next === '*'
        ? source.indexOf('*/', this.#at + 2)
        : next === '/'
          ? source.indexOf('\n', this.#at)
          : this.#at
    this.#at = end < 0 ? source.length : end + (next === '*' ? 2 : 1)
  }

  /** The string that opens here, as JSON writes it. */
  #string(quote: string): string {
    const source = this.#source
    let from = ++this.#at
    let text = '"'
    for (; this.#at < source.length; this.#at++) {
      const code = source.charCodeAt(this.#at)
      const isQuote = code === 0x22 || code === 0x27
      if (code >= 32 && code !== 0x5c && !isQuote) continue
      if (isQuote && source.charAt(this.#at) === quote && this.#endsString()) break
      if (code === 0x27) continue
      text += source.slice(from, this.#at)
      if (code === 0x5c) {
        const escape = ESCAPE.exec(source.slice(this.#at, this.#at + 6))?.[0]
        if (escape !== undefined) {
          text += escape
          this.#at += escape.length - 1
        }
      } else text += code === 0x22 ? '\\"' : code === 0x0a ? '\\n' : ' '
      from = this.#at + 1
    }
    text += source.slice(from, Math.min(this.#at, source.length))
    this.#at++
    return `${text}"`
  }

  /** Whether the quote at this place ends its string: what follows is a sign of JSON and not of a sentence. */
  #endsString(): boolean {
    const source = this.#source
    const next = pastSpace(source, this.#at + 1)
    const sign = source.charAt(next)
    if (sign === '' || sign === '}' || sign === ']') return true
    if (sign === ':') return this.#expected === 'key' || this.#expected === 'separator'
    if (sign === ',') return /[{}[\]"'\d\-tfn/]|^$/.test(source.charAt(pastSpace(source, next + 1)))
    // A comma was forgotten at the end of a line.
    return sign === '"' && source.slice(this.#at + 1, next).includes('\n')
  }
}

const ESCAPE = /^\\(?:["\\/bfnrt]|u[0-9a-f]{4})/i

function pastSpace(source: string, from: number): number {
  let at = from
  while (at < source.length && source.charCodeAt(at) <= 32) at++
  return at
}

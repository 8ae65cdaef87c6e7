import { Parser } from 'htmlparser2'

/** Called in document order; names as written for XML, in lower case for HTML. */
export interface XmlVisitor {
  open?(name: string, attributes: Readonly<Record<string, string>>): void
  text?(text: string): void
  close?(name: string): void
}

export interface XmlOptions {
  /** Read as HTML: void and implied tags, named entities, no case. Self-closing tags are honoured. */
  readonly html?: boolean
  /** Elements nested deeper than this end the walk. */
  readonly maxDepth?: number
}

export const MAX_XML_DEPTH = 512

/**
 * Walks XML (or XHTML) without building a tree. Gives false when it stopped at `maxDepth`.
 *
 * Tolerant: unclosed and crossing tags are repaired, an unknown entity stays as it is written. No
 * entity is defined or fetched, so there is nothing to expand. Time is linear in the text, memory in
 * the depth.
 */
export function walkXml(text: string, visitor: XmlVisitor, options: XmlOptions = {}): boolean {
  const maxDepth = options.maxDepth ?? MAX_XML_DEPTH
  let depth = 0
  let tooDeep = false
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        depth++
        if (depth > maxDepth) tooDeep = true
        if (!tooDeep) visitor.open?.(name, attributes)
      },
      ontext(data) {
        if (!tooDeep) visitor.text?.(data)
      },
      onclosetag(name) {
        depth--
        if (!tooDeep) visitor.close?.(name)
      },
    },
    options.html === true
      ? { recognizeSelfClosing: true, recognizeCDATA: true }
      : { xmlMode: true, decodeEntities: true },
  )
  // In pieces: a closing tag is looked up in the stack, which must not grow past the limit by much.
  for (let at = 0; at < text.length && !tooDeep; at += PIECE) parser.write(text.slice(at, at + PIECE))
  if (!tooDeep) parser.end()
  return !tooDeep
}

const PIECE = 1 << 14

/** An element of a small XML file, without its place in the tree. */
export interface XmlElement {
  /** Without a namespace prefix. */
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  /** All text below it. */
  readonly text: string
  /** Local names from the root down to its parent, joined by `/`. */
  readonly parents: string
}

/** The elements of `text` with one of the local names `wanted`, in the order in which they begin. */
export function xmlElements(text: string, wanted: ReadonlySet<string>): readonly XmlElement[] {
  const found: { name: string; attributes: Record<string, string>; text: string; parents: string }[] = []
  const path: string[] = []
  const open: { readonly depth: number; readonly index: number }[] = []
  walkXml(
    text,
    {
      open(name, attributes) {
        const local = localName(name)
        if (wanted.has(local)) {
          open.push({ depth: path.length, index: found.length })
          found.push({ name: local, attributes: { ...attributes }, text: '', parents: path.join('/') })
        }
        path.push(local)
      },
      text(data) {
        for (const { index } of open) {
          const element = found[index]
          if (element !== undefined) element.text += data
        }
      },
      close() {
        path.pop()
        if (open.at(-1)?.depth === path.length) open.pop()
      },
    },
    { maxDepth: 64 },
  )
  return found
}

/** A name without its namespace prefix: `dc:title` → `title`. */
export function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

/**
 * Text of an XML file: by byte order mark, by the zeros of UTF-16 without one, by the encoding that its
 * declaration names, and else UTF-8. A name that nobody knows counts as UTF-8.
 */
export function decodeXml(bytes: Uint8Array): string {
  return decoderOf(xmlEncoding(bytes)).decode(bytes)
}

function xmlEncoding(bytes: Uint8Array): string {
  const [first, second, third] = bytes
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8'
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le'
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return 'utf-16be'
  const head = Buffer.from(bytes.subarray(0, 200)).toString('latin1')
  const declared = /^\s*<\?xml[^>]{0,100}?encoding\s{0,9}=\s{0,9}["']([\w.:-]{1,40})["']/.exec(head)?.[1]
  return declared === undefined || /^utf-16/i.test(declared) ? 'utf-8' : declared
}

function decoderOf(label: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(label)
  } catch (error) {
    if (error instanceof RangeError) return new TextDecoder()
    throw error
  }
}

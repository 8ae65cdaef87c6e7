import { State } from '../element-state.ts'
import type { InlineText, Span } from '../extraction.ts'
import { TEXT } from '../tag-table.ts'
import { Gap } from '../tree.ts'
import type { Source } from './source.ts'
import { codeAround, hrefOf, linkAround, Style, styleOf } from './span-styles.ts'
import { TextWriter } from './text-writer.ts'

interface Run {
  from: number
  to: number
  style: number
  link: number
  /** Element of code, which parts one piece of code from the next. */
  code: number
}

/** Makes texts of runs of nodes, one after the other: `start`, `add` nodes in their order, `finish`. */
export class InlineReader {
  readonly #source: Source
  readonly #writer = new TextWriter()
  readonly #hasSpans: boolean
  #runs: Run[] = []
  #gap = 0
  #oneLine = false

  constructor(source: Source) {
    this.#source = source
    this.#hasSpans = source.options.spans === true || source.options.links === true
  }

  /** Begins a text; one that is `oneLine` has spaces where lines end. */
  start(oneLine: boolean): void {
    this.#writer.clear()
    this.#runs = []
    this.#gap = 0
    this.#oneLine = oneLine
  }

  /** Adds a text node; what the page does not show is passed over. */
  add(node: number): void {
    const { tree, states } = this.#source
    const writer = this.#writer
    const parent = tree.parent[node] as number
    this.#gap |= tree.gap[node] as number
    if ((states.state[parent] as number) & State.unread) return
    if (this.#gap & (Gap.line | Gap.block) && !this.#oneLine) writer.line()
    else if (this.#gap !== 0) writer.space()
    this.#gap = 0
    const before = writer.length
    writer.write(tree.bytes, tree.from[node] as number, tree.to[node] as number)
    if (this.#hasSpans && writer.length > before) this.#addRun(writer.contentFrom(before), parent)
  }

  /** Adds the text nodes from one node to another. */
  addRange(first: number, last: number): void {
    const { tag } = this.#source.tree
    for (let node = first; node <= last; node++) if (tag[node] === TEXT) this.add(node)
  }

  finish(): InlineText {
    const text = this.#writer.text()
    if (!this.#hasSpans) return { text }
    const spans = this.#spans()
    return spans.length === 0 ? { text } : { text, spans }
  }

  #addRun(from: number, parent: number): void {
    const source = this.#source
    const style = source.options.spans === true ? styleOf(source, parent) : 0
    const link = source.options.links === true ? linkAround(source, parent) : 0
    const code = style & Style.code ? codeAround(source, parent) : 0
    const last = this.#runs.at(-1)
    if (last !== undefined && last.style === style && last.link === link && last.code === code)
      last.to = this.#writer.length
    else this.#runs.push({ from, to: this.#writer.length, style, link, code })
  }

  #spans(): Span[] {
    const spans: Span[] = []
    const writer = this.#writer
    let at = 0
    let offset = 0
    for (const { from, to, style, link } of this.#runs) {
      if (style === 0 && link === 0) continue
      const start = writer.isAscii ? from : offset + writer.text(at, from).length
      const end = writer.isAscii ? to : start + writer.text(from, to).length
      at = to
      offset = end
      const href = link === 0 ? undefined : hrefOf(this.#source, link)
      if (style === 0 && href === undefined) continue
      spans.push({
        from: start,
        to: end,
        ...((style & Style.bold) !== 0 && { bold: true }),
        ...((style & Style.italic) !== 0 && { italic: true }),
        ...((style & Style.code) !== 0 && { code: true }),
        ...(href !== undefined && { href }),
      })
    }
    return spans
  }
}

import { attribute } from '../attributes.ts'
import { State } from '../element-state.ts'
import { Kind, TAG, TAG_KIND } from '../tag-table.ts'
import type { Source } from './source.ts'

/** Styles of a text, as bits. */
export const Style = { bold: 1, italic: 2, code: 4 } as const

const TAG_STYLE = tableOf({ bold: 'b strong', italic: 'i em', code: 'code kbd samp tt' })
const A = TAG['a'] as number

function tableOf(names: Readonly<Record<keyof typeof Style, string>>): Uint8Array {
  const table = new Uint8Array(256)
  for (const [style, tags] of Object.entries(names)) {
    for (const name of tags.split(' ')) table[TAG[name] as number] = Style[style as keyof typeof Style]
  }
  return table
}

/** Bits of {@link Style} that an element and those around it give, up to the edge of the block. */
export function styleOf({ tree }: Source, element: number): number {
  let style = 0
  for (let at = element; at > 0; at = tree.parent[at] as number) {
    const tag = tree.tag[at] as number
    if ((TAG_KIND[tag] as number) & (Kind.block | Kind.cell)) break
    style |= TAG_STYLE[tag] as number
  }
  return style
}

/** The outermost element of code around an element within its block; 0 for none. */
export function codeAround({ tree }: Source, element: number): number {
  let found = 0
  for (let at = element; at > 0; at = tree.parent[at] as number) {
    const tag = tree.tag[at] as number
    if ((TAG_KIND[tag] as number) & (Kind.block | Kind.cell)) break
    if (TAG_STYLE[tag] === Style.code) found = at
  }
  return found
}

/** The link that an element stands in; 0 for none. */
export function linkAround({ tree, states }: Source, element: number): number {
  if (((states.state[element] as number) & State.link) === 0) return 0
  let at = element
  while (at > 0 && tree.tag[at] !== A) at = tree.parent[at] as number
  return at
}

/** Target of a link; `undefined` where it leads nowhere else: to a script, or to a place in the page. */
export function hrefOf({ tree, options }: Source, link: number): string | undefined {
  const value = attribute(tree, link, 'href')
    // As the URL standard has it: tabs and line ends are no part of an address.
    ?.replace(/[\t\n\r]/g, '')
    .trim()
  if (value === undefined || value === '' || value.startsWith('#')) return undefined
  if (/^(?:javascript|data|vbscript|blob|about):/i.test(value)) return undefined
  if (options.baseUrl === undefined) return URL.canParse(value) ? new URL(value).href : value
  return URL.parse(value, options.baseUrl)?.href
}

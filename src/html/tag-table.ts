/** Number of a text node, which has no tag. */
export const TEXT = 0
/** Number of every element whose name is not in the table: custom elements and mistakes. */
export const UNKNOWN = 1

const NAMES =
  'a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big blink blockquote body br button canvas caption center cite code col colgroup command datalist data dd del details dfn dialog dir div dl dt em embed fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe image img input ins isindex kbd keygen label legend li link listing main map mark marquee math menu meta meter nav nobr noembed noframes noscript object ol optgroup option output p param picture plaintext pre progress q rb rp rt rtc ruby s samp script search section select slot small source span strike strong style sub summary sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr xmp'.split(
    ' ',
  )

/** Number of a tag by its name. */
export const TAG: Readonly<Record<string, number>> = Object.fromEntries(
  NAMES.map((name, index) => [name, index + 2]),
)

/** Name of a tag by its number; empty for a text node and for unknown elements. */
export const TAG_NAMES: readonly string[] = ['', '', ...NAMES]

/** What a tag is for the tree builder, as bits of {@link TAG_KIND}. */
export const Kind = {
  /** Has no end tag. */
  void: 1,
  /** Starts and ends a line of its own. */
  block: 2,
  /** Its content is no markup up to its end tag. */
  raw: 4,
  /** Belongs into `head`. */
  head: 8,
  /** Closes an open `p`. */
  closesParagraph: 16,
  /** An end tag does not reach past it. */
  scope: 32,
  /** Its content is passed over up to its end tag. */
  skipped: 64,
  /** A cell: parted from its neighbours within a line. */
  cell: 128,
} as const

const KINDS: Readonly<Record<keyof typeof Kind, string>> = {
  void: 'area base basefont bgsound br col command embed frame hr image img input isindex keygen link meta param source track wbr',
  block:
    'address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li listing main menu nav noframes noscript ol optgroup option p plaintext pre search section select summary table tbody template textarea tfoot thead title tr ul xmp',
  raw: 'iframe noembed plaintext script style textarea title xmp',
  head: 'base link meta noscript script style template title',
  closesParagraph:
    'address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr li listing main menu nav ol p plaintext pre search section summary table ul xmp dd dt',
  scope: 'applet caption html body object table td template th',
  skipped: 'svg math style iframe noembed',
  cell: 'td th',
}

/** Bits of {@link Kind} by the number of a tag. */
export const TAG_KIND: Uint8Array = tableOf(KINDS)

function tableOf(kinds: Readonly<Record<keyof typeof Kind, string>>): Uint8Array {
  const table = new Uint8Array(NAMES.length + 2)
  for (const [kind, names] of Object.entries(kinds)) {
    for (const name of names.split(' ')) {
      const tag = TAG[name] as number
      table[tag] = (table[tag] as number) | Kind[kind as keyof typeof Kind]
    }
  }
  return table
}

const SLOTS = 1024
const MAX_NAME = 10
const slots = hashNames()

function hashNames(): Uint8Array {
  const found = new Uint8Array(SLOTS)
  for (const [index, name] of NAMES.entries()) {
    let slot = 0
    for (let at = 0; at < name.length; at++) slot = step(slot, name.charCodeAt(at))
    slot &= SLOTS - 1
    while (found[slot] !== 0) slot = (slot + 1) & (SLOTS - 1)
    found[slot] = index + 2
  }
  return found
}

function step(hash: number, code: number): number {
  return (Math.imul(hash, 31) + code) | 0
}

/** Number of the tag whose name stands in the bytes, in any case; {@link UNKNOWN} where the table has none. */
export function tagOf(bytes: Uint8Array, from: number, to: number): number {
  if (to - from > MAX_NAME) return UNKNOWN
  let slot = 0
  for (let at = from; at < to; at++) slot = step(slot, (bytes[at] as number) | 32)
  for (slot &= SLOTS - 1; slots[slot] !== 0; slot = (slot + 1) & (SLOTS - 1)) {
    const tag = slots[slot] as number
    if (isNamed(bytes, from, to, TAG_NAMES[tag] as string)) return tag
  }
  return UNKNOWN
}

/** Whether the bytes spell the name, in any case. Names are lower-case letters and digits. */
export function isNamed(bytes: Uint8Array, from: number, to: number, name: string): boolean {
  if (to - from !== name.length) return false
  for (let at = 0; at < name.length; at++) {
    if (((bytes[from + at] as number) | 32) !== name.charCodeAt(at)) return false
  }
  return true
}

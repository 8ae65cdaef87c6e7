import { isWordCharacter } from './characters.ts'

/** How far before a value its label may stand, in UTF-16 units. */
const REACH = 48
/** Questions about one label in one text that are answered by looking; then all of its places are listed. */
const FEW = 64

/** Words that say what the number behind them is. */
export interface Label {
  readonly pattern: RegExp
}

/** A label of words in any case: letters, spaces and marks. The pattern has no repetition, so its time is linear. */
export function label(words: string): Label {
  const alternatives = words
    .split(',')
    .map((word) => word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'))
    .join('|')
  return { pattern: new RegExp(`(?<![\\p{L}\\p{N}])(?:${alternatives})(?![\\p{L}])`, 'giu') }
}

/** The text before a value on its line, where its label stands; at most 48 units, and no part of a word. */
export function textBefore(text: string, start: number): string {
  let from = Math.max(0, start - REACH)
  if (from > 0 && isWordCharacter(text.charCodeAt(from - 1))) {
    while (from < start && isWordCharacter(text.charCodeAt(from))) from++
  }
  const before = text.slice(from, start)
  return before.slice(before.lastIndexOf('\n') + 1)
}

/**
 * Tells whether a label stands before a value.
 *
 * A text of nothing but numbers asks at each of them, so after a few questions a label's places are all listed
 * in one pass. O(length) in all for a label, and O(log places) a question.
 */
export class Labels {
  readonly #text: string
  readonly #few: number
  readonly #asked = new Map<Label, number>()
  readonly #places = new Map<Label, readonly (readonly [number, number])[]>()

  /** `few` is how often a label is looked for before its places are listed. */
  constructor(text: string, few = FEW) {
    this.#text = text
    this.#few = few
  }

  /** Whether `label` stands within 48 units before `start`, on the same line. */
  standsBefore(label: Label, start: number): boolean {
    const asked = (this.#asked.get(label) ?? 0) + 1
    this.#asked.set(label, asked)
    if (asked <= this.#few) return textBefore(this.#text, start).search(label.pattern) !== -1
    const places = this.#places.get(label) ?? this.#list(label)
    const [from = -1, to = 0] = places[lastEndingBy(places, start)] ?? []
    return from !== -1 && from >= start - REACH && !this.#text.slice(to, start).includes('\n')
  }

  /** Whether `label` stands before `start` and no digit stands between: `Tel. 12 34`, but not `Tel. 12 34, No. 56`. */
  standsRightBefore(label: Label, start: number): boolean {
    if (!this.standsBefore(label, start)) return false
    const before = textBefore(this.#text, start)
    return before.slice(before.search(/\d\D*$/) + 1).search(label.pattern) !== -1
  }

  #list(label: Label): readonly (readonly [number, number])[] {
    const found = [...this.#text.matchAll(label.pattern)]
    const places = found.map((match) => [match.index, match.index + match[0].length] as const)
    this.#places.set(label, places)
    return places
  }
}

/** Index of the last place whose end is at or before `start`; -1 where there is none. */
function lastEndingBy(places: readonly (readonly [number, number])[], start: number): number {
  let low = 0
  let high = places.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((places[middle]?.[1] ?? 0) <= start) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** What says that a number counts or names a thing, not a person's line or account. */
export const OTHER_NUMBER = label(
  'order,order no,order number,order id,invoice,invoice no,isbn,isbn-10,isbn-13,issn,doi,sku,ref,reference,part,' +
    'part no,part number,p/n,s/n,serial,serial no,serial number,model,ticket,case,case no,tracking,tracking number,' +
    'item,item no,build,patent,catalog,catalogue,cat,lot,batch,barcode,ean,upc,gtin,asin,imei,docket,' +
    'bestellung,bestellnummer,rechnung,artikelnummer,commande,facture,pedido,factura,id,timestamp,hash,commit,revision',
)

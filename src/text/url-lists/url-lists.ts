import { listEntries } from './list-line.ts'
import { NameTable } from './name-table.ts'

/** What of which list a URL met. */
export interface ListHit {
  readonly kind: 'domain' | 'url'
  readonly list: string
  readonly entry: string
}

/** Most lists that one set can hold: their numbers are of 16 bits. */
const MAX_LISTS = 65_535
/** Bytes of a list that are decoded at a time. */
const PIECE = 1 << 20

/**
 * Block lists of domains and URLs, looked up together.
 *
 * A domain blocks itself and all under it; a URL blocks itself and all pages under its path. Where a list says that a
 * domain is an exception, its own entries above do not block it.
 */
export class UrlLists {
  readonly #names: string[] = []
  readonly #domains = new NameTable('suffix')
  readonly #urls = new NameTable('prefix')
  /** Exceptions by list. */
  readonly #allowed = new Map<number, NameTable>()

  /** Entries held, by kind. Equal ones of several lists count once, under the first. */
  get sizes(): { readonly domains: number; readonly urls: number } {
    return { domains: this.#domains.size, urls: this.#urls.size }
  }

  /** Adds the lines of a list; UTF-8, in any of the forms of {@link listEntries}. O(bytes). */
  add(list: string, bytes: Uint8Array): void {
    const number = this.#numberOf(list)
    for (const line of linesOf(bytes)) {
      for (const entry of listEntries(line)) {
        if (entry.kind === 'domain') this.#domains.add(entry.host, number)
        else if (entry.kind === 'url') this.#urls.add(entry.url, number)
        else this.#exceptionsOf(number).add(entry.host, number)
      }
    }
  }

  /** What blocks a URL: the nearest domain, else the longest URL; `undefined` where nothing does. O(length). */
  find(url: URL): ListHit | undefined {
    const host = url.hostname.replace(/\.$/, '')
    const domain = this.#domains.find(host, isDot)
    if (
      domain !== -1 &&
      !this.#isException(this.#domains.numberAt(domain), host, this.#domains.nameAt(domain))
    ) {
      return this.#hit('domain', this.#domains, domain)
    }
    if (this.#urls.size === 0) return undefined
    const path = `${url.pathname}${url.search}`
    const plain = this.#urls.find(`${host}${path}`, isPathEnd)
    const page =
      plain === -1 && host.startsWith('www.') ? this.#urls.find(`${host.slice(4)}${path}`, isPathEnd) : plain
    return page === -1 ? undefined : this.#hit('url', this.#urls, page)
  }

  #hit(kind: ListHit['kind'], table: NameTable, index: number): ListHit {
    return { kind, list: this.#names[table.numberAt(index)] ?? '', entry: table.nameAt(index) }
  }

  /** Whether the list excepts this host, or a domain of it as near as its own entry. */
  #isException(number: number, host: string, entry: string): boolean {
    const allowed = this.#allowed.get(number)
    const found = allowed?.find(host, isDot) ?? -1
    return allowed !== undefined && found !== -1 && allowed.nameAt(found).length >= entry.length
  }

  #numberOf(list: string): number {
    const known = this.#names.indexOf(list)
    if (known !== -1) return known
    if (this.#names.length === MAX_LISTS) throw new RangeError(`more than ${MAX_LISTS} lists`)
    return this.#names.push(list) - 1
  }

  #exceptionsOf(number: number): NameTable {
    const table = this.#allowed.get(number) ?? new NameTable('suffix')
    this.#allowed.set(number, table)
    return table
  }
}

const isDot = (code: number): boolean => code === 0x2e

/** `/`, `?`, `#`, `&`: where a path or a parameter ends. */
const isPathEnd = (code: number): boolean => code === 0x2f || code === 0x3f || code === 0x23 || code === 0x26

/** Lines of a text in pieces, so that a list of a hundred megabytes is never one string. */
function* linesOf(bytes: Uint8Array): Generator<string> {
  const decoder = new TextDecoder()
  for (let start = 0; start < bytes.length; ) {
    let end = Math.min(start + PIECE, bytes.length)
    if (end < bytes.length) {
      const line = bytes.lastIndexOf(0x0a, end - 1)
      end = line >= start ? line + 1 : nextLine(bytes, end)
    }
    yield* decoder.decode(bytes.subarray(start, end)).split('\n')
    start = end
  }
}

function nextLine(bytes: Uint8Array, from: number): number {
  const line = bytes.indexOf(0x0a, from)
  return line === -1 ? bytes.length : line + 1
}

import type { Json } from '../model/document.ts'
import { keptRows, type Version } from '../store/version.ts'
import { about, bounded, boundedOrNull, EXAMPLES, type Excerpt, opening } from './excerpt.ts'
import { Nearest } from './nearest.ts'
import { COMPARED_LENGTH } from './side-by-side.ts'
import { Tally, type TallyTop } from './tally.ts'
import { TokenSample } from './token-estimate.ts'

/** Kept documents and bytes by licence or by domain. */
export interface Origins extends TallyTop {
  /** Documents of which it is not known. */
  readonly unknown: { readonly documents: number; readonly bytes: number }
}

interface Found {
  readonly url: string | null
  readonly about: string | null
  readonly excerpt: Excerpt | null
}

export interface KeptPass {
  readonly documents: number
  readonly bytes: number
  readonly licences: Origins
  readonly domains: Origins
  readonly tokens: TokenSample
  /** What is shown of the wanted documents, by id. */
  readonly found: Map<string, Found>
  /** Beginnings of the texts that are compared, by id. */
  readonly compared: Map<string, Excerpt>
  /** Domains of the documents that are located, by id; without one where it is not known. */
  readonly located: Map<string, string | undefined>
  readonly sample: readonly {
    readonly id: string
    readonly url: string | null
    readonly value: null
    readonly margin: null
    readonly about: string | null
    readonly excerpt: Excerpt | null
  }[]
}

/** Ids of documents of which a report wants something. */
export interface Wanted {
  readonly shown: ReadonlySet<string>
  readonly compared: ReadonlySet<string>
  readonly located: ReadonlySet<string>
}

const LINES = 50

/** Reads the kept documents once: counts, what is shown of the `wanted` ones, and what chance draws. */
export async function keptPass(
  version: Version,
  draw: (id: string) => number,
  wanted: Wanted,
): Promise<KeptPass> {
  const tokens = new TokenSample()
  const sample = new Nearest<KeptPass['sample'][number]>(EXAMPLES)
  const licences = new OriginCount()
  const domains = new OriginCount()
  const found: KeptPass['found'] = new Map()
  const compared: KeptPass['compared'] = new Map()
  const located: KeptPass['located'] = new Map()
  let documents = 0
  let bytes = 0
  for await (const { id, text, url, meta } of keptRows(version, ['id', 'text', 'url', 'meta'])) {
    const size = Buffer.byteLength(text)
    documents++
    bytes += size
    licences.add(textOf(meta['licence']), size)
    const domain = domainOf(meta['url'] ?? url)
    domains.add(domain, size)
    const chance = draw(id)
    tokens.offer(chance, id, text, size)
    const shown = (): Found => ({ url: boundedOrNull(url), about: about(meta), excerpt: opening(text) })
    sample.offer(chance, id, () => ({ id, value: null, margin: null, ...shown() }))
    if (wanted.shown.has(id)) found.set(id, shown())
    if (wanted.compared.has(id)) compared.set(id, opening(text, COMPARED_LENGTH))
    if (wanted.located.has(id)) located.set(id, domain)
  }
  return {
    documents,
    bytes,
    licences: licences.finish(),
    domains: domains.finish(),
    tokens,
    found,
    compared,
    located,
    sample: sample.values(),
  }
}

class OriginCount {
  readonly #tally = new Tally()
  readonly #unknown = { documents: 0, bytes: 0 }

  add(name: string | undefined, bytes: number): void {
    if (name !== undefined) {
      this.#tally.add(name, bytes)
      return
    }
    this.#unknown.documents++
    this.#unknown.bytes += bytes
  }

  finish(): Origins {
    return { ...this.#tally.top(LINES), unknown: this.#unknown }
  }
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? bounded(value, 200) : undefined
}

/** The host of a URL, as written; `undefined` for what is no URL with a host. */
export function domainOf(url: Json | undefined): string | undefined {
  if (typeof url !== 'string') return undefined
  const host = URL.parse(url)?.hostname
  return host === undefined || host === '' ? undefined : bounded(host, 253)
}

import type { Document } from '../../model/document.ts'
import { domainOf } from '../../text/url.ts'

/** Value of a `meta` field within which documents meet; `domain` is the host of `meta.url`. Documents without it share one scope. */
export function scopeOf(within: string, { meta }: Document): string {
  if (within === '') return ''
  if (within !== 'domain') return JSON.stringify(meta[within] ?? null)
  const url = meta['url']
  return typeof url === 'string' ? domainOf(url) : ''
}

/** Changes the keys of a document by its scope, so that documents of different scopes share none. */
export function mixScope(keys: Uint32Array, scope: string): void {
  let low = 0x9e37_79b9
  let high = 0x85eb_ca6b
  for (let at = 0; at < scope.length; at++) {
    low = Math.imul(low ^ scope.charCodeAt(at), 0x0100_0193)
    high = Math.imul(high + scope.charCodeAt(at), 0xc2b2_ae35)
    high ^= high >>> 13
  }
  for (let at = 0; at < keys.length; at += 2) {
    keys[at] = (keys[at] ?? 0) ^ low
    keys[at + 1] = (keys[at + 1] ?? 0) ^ high
  }
}

import type { Document } from '../../model/document.ts'
import { domainOf } from '../../text/url.ts'

/** Value of a `meta` field within which documents meet; `domain` is the host of `meta.url`. Documents without it share one scope. */
export function scopeOf(within: string, { meta }: Document): string {
  if (within === '') return ''
  if (within !== 'domain') return JSON.stringify(meta[within] ?? null)
  const url = meta['url']
  return typeof url === 'string' ? domainOf(url) : ''
}

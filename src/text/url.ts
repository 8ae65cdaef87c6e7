import { TRACKING_PARAMETERS, TRACKING_PREFIXES } from './url-tracking.ts'

/** Longest URL looked at, in UTF-16 units; browsers and servers refuse longer ones. */
export const MAX_URL_LENGTH = 8192

export type NormalUrl = { readonly url: string } | { readonly invalid: string }

/**
 * The form of an `http` or `https` URL that stands for the page.
 *
 * Taken away: fragment, tracking parameters ({@link TRACKING_PARAMETERS}), empty parameters and an empty
 * query, the default port, credentials, the dot behind a host. Changed: host to lower case and Punycode,
 * dot segments resolved, percent-encoding in upper case and undone for unreserved characters (RFC 3986,
 * 6.2.2), and `&amp;`, `&lt;`, `&gt;` undone, because Reddit's listings escape URLs for HTML. The other
 * parameters keep their order; scheme, `www.` and a closing slash stay. Idempotent. O(length).
 *
 * `invalid` is a kebab-case reason: `not-a-url`, `not-http`, `no-host`, `too-long`.
 */
export function normaliseUrl(raw: string): NormalUrl {
  if (raw.length > MAX_URL_LENGTH) return { invalid: 'too-long' }
  const parsed = URL.parse(raw)
  if (parsed === null) return { invalid: 'not-a-url' }
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') return { invalid: 'not-http' }
  const host = parsed.hostname.replace(/\.$/, '')
  if (host === '' || host.startsWith('.') || host.endsWith('.') || host.includes('..')) {
    return { invalid: 'no-host' }
  }
  const port = parsed.port === '' ? '' : `:${parsed.port}`
  const path = unescaped(parsed.pathname)
  const query = keptParameters(unescaped(parsed.search.slice(1)))
  const url = `${parsed.protocol}//${host}${port}${path}${query === '' ? '' : `?${query}`}`
  return url.length > MAX_URL_LENGTH ? { invalid: 'too-long' } : { url }
}

/**
 * What identifies the page behind a normalised URL: the URL without `http` or `https`.
 *
 * Links of old submissions say `http` where a later crawl was sent on to `https`, so the two are one
 * page. Web archives key their indexes in the same way (SURT). A port of its own stays part of the key.
 */
export function urlKey(url: string): string {
  return url.replace(/^https?:/, '')
}

/** Host of a URL in lower case without `www.` and port; empty where there is none. */
export function domainOf(url: string): string {
  return (URL.parse(url)?.hostname ?? '').replace(/\.$/, '').replace(/^www\d?\.(?=.*\.)/, '')
}

/**
 * The registered part of a URL's host, such as `bbc.co.uk`, without a public suffix list.
 *
 * The last two labels, or three where a generic second level (`co`, `com`, `ac`, ...) stands under a
 * country's. Wrong for rarer registries; use it for reports, not for decisions. Addresses stay whole.
 */
export function siteOf(url: string): string {
  const domain = domainOf(url)
  if (domain.startsWith('[') || /^[\d.]+$/.test(domain)) return domain
  const labels = domain.split('.')
  const [second = '', top = ''] = labels.slice(-2)
  const generic = top.length === 2 && /^(?:ac|co|com|edu|go|gob|gov|gv|ne|net|nom|or|org)$/.test(second)
  return labels.slice(generic ? -3 : -2).join('.')
}

/** Whether a host is one of the domains or under one of them. Both in lower case. */
export function isUnder(host: string, domains: ReadonlySet<string>): boolean {
  for (let rest = host; ; ) {
    if (domains.has(rest)) return true
    const dot = rest.indexOf('.')
    if (dot === -1) return false
    rest = rest.slice(dot + 1)
  }
}

/** Percent-encoding in its normal form, and HTML's escapes of `&`, `<` and `>` undone. */
function unescaped(part: string): string {
  return part
    .replace(/%[0-9a-f]{2}/gi, (code) => code.toUpperCase())
    .replace(/(?<!%[0-9A-Fa-f]?)%([0-9A-F]{2})/g, (code, hex: string) => {
      const character = String.fromCharCode(Number.parseInt(hex, 16))
      return /[A-Za-z0-9._~-]/.test(character) ? character : code
    })
    .replace(/&(?:amp;)*(?:(lt;)|(gt;))?/g, (_, less?: string, greater?: string) =>
      less !== undefined ? '%3C' : greater !== undefined ? '%3E' : '&',
    )
}

function keptParameters(query: string): string {
  if (query === '') return ''
  return query
    .split('&')
    .filter((parameter) => parameter !== '' && !isTracking(parameter))
    .join('&')
}

function isTracking(parameter: string): boolean {
  const equals = parameter.indexOf('=')
  const name = (equals === -1 ? parameter : parameter.slice(0, equals)).toLowerCase()
  return TRACKING_PARAMETERS.has(name) || TRACKING_PREFIXES.some((prefix) => name.startsWith(prefix))
}

/** What one line of a list names. Hosts and paths are in the form that {@link URL} gives them. */
export type ListEntry =
  | { readonly kind: 'domain'; readonly host: string }
  /** A page, or all pages under it: host, path and perhaps query. */
  | { readonly kind: 'url'; readonly url: string }
  /** An exception: this domain is not blocked by this list. */
  | { readonly kind: 'allow'; readonly host: string }

/** Longest line read, in UTF-16 units. */
const MAX_LINE = 4096
/** Names that hosts files give to the machine itself. */
const OWN_NAMES = new Set(
  'localhost localhost.localdomain local broadcasthost ip6-localhost ip6-loopback'.split(' '),
)

/**
 * The entries of a line of a block list, whichever of the common forms it has:
 *
 * - a domain, alone or as `*.domain` or `.domain` (UT1's `domains`, most published lists);
 * - a URL without its scheme, or with it (UT1's `urls`);
 * - a line of a hosts file, `0.0.0.0 domain domain`;
 * - a network rule of an ad blocker, `||domain^`, `||domain/path` or an exception `@@||domain^`. Rules that hold for
 *   parts of a page alone (`$third-party`, `##`) say nothing of the page, and are left out.
 *
 * Comments (`#`, `!`), section titles and what cannot be read give none. O(length).
 */
export function listEntries(line: string): readonly ListEntry[] {
  const text = line.slice(0, MAX_LINE).trim()
  // Most lines of most lists.
  if (PLAIN_HOST.test(text)) return domain(text)
  const first = text.charCodeAt(0)
  // `#`, `!` and `[Adblock Plus 2.0]`.
  if (text === '' || first === 0x23 || first === 0x21 || first === 0x5b) return []
  if (text.startsWith('||') || text.startsWith('@@')) return blockerRule(text)
  if (text.includes('##') || text.includes('#@#')) return []
  const [head = '', ...rest] = text.replace(/\s#.*$/, '').split(/\s+/)
  if (rest.length > 0) return isAddress(head) ? rest.flatMap(domain) : []
  const bare = head.replace(/^https?:\/\//i, '').replace(/^\*?\./, '')
  return bare.includes('/') ? page(bare) : domain(bare)
}

/** `||domain^`, with no option that narrows it to parts of pages. */
function blockerRule(text: string): readonly ListEntry[] {
  const isException = text.startsWith('@@')
  const [rule = '', options] = text.slice(isException ? 2 : 0).split('$')
  if (
    options !== undefined &&
    !/^(?:all|document|doc|important)(?:,(?:all|document|doc|important))*$/.test(options)
  )
    return []
  const body = rule.startsWith('||') ? rule.slice(2).replace(/[\^|]+$/, '') : ''
  if (body === '' || body.includes('*') || body.includes('^')) return []
  if (!isException) return body.includes('/') ? page(body) : domain(body)
  return domain(body).flatMap((entry) =>
    entry.kind === 'domain' ? [{ kind: 'allow', host: entry.host }] : [],
  )
}

function domain(text: string): readonly ListEntry[] {
  const host = hostOf(text)
  return host === undefined ? [] : [{ kind: 'domain', host }]
}

function page(text: string): readonly ListEntry[] {
  const slash = text.indexOf('/')
  const host = hostOf(text.slice(0, slash))
  if (host === undefined) return []
  const path = URL.parse(`http://${host}${text.slice(slash)}`)
  if (path === null) return []
  const rest = `${path.pathname}${path.search}`.replace(/\/$/, '')
  return rest === '' ? [{ kind: 'domain', host }] : [{ kind: 'url', url: host + rest }]
}

/** A host in lower case and Punycode; none where it has no dot, or is the machine's own name. */
function hostOf(text: string): string | undefined {
  const lower = text.toLowerCase().replace(/\.$/, '')
  if (PLAIN_HOST.test(lower)) return OWN_NAMES.has(lower) || lower === '0.0.0.0' ? undefined : lower
  if (!/[^\x00-\x7f]/.test(lower)) return undefined
  const host = URL.parse(`http://${lower}/`)?.hostname
  return host !== undefined && PLAIN_HOST.test(host) ? host : undefined
}

const PLAIN_HOST = /^(?=.{3,253}$)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})+$/

function isAddress(text: string): boolean {
  return /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f:]*::?[\da-f:]*)$/i.test(text)
}

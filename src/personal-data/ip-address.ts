import { isAlphanumeric, isDigit } from './characters.ts'
import { type DigitChain, endOf, gapBefore, groupCount, groupLength, startOf } from './digit-chain.ts'
import type { Finding } from './finding.ts'
import { type Labels, label, textBefore } from './label.ts'

const VERSION = label(
  'version,versions,ver,ver.,vers,v,v.,rev,release,releases,released,build,firmware,driver,update,upgrade,kernel,patch,' +
    'section,sect.,sec.,clause,chapter,paragraph,article,appendix,table,figure,fig.,oid,software,revision,' +
    'kapitel,abschnitt,chapitre,versión,versione,версия,версии',
)
const ADDRESS = label('ip,ips,ip address,address,ipv4,host,server,from,client,remote')
/** The word right before a number: `OpenSSL 1.1.0.2`, `Chrome/91.0.44.12`, `log4j-2.3.0.1`. */
const PRODUCT_BEFORE = /[A-Za-z][\w+]*[/_-]$/

/**
 * The IPv4 address whose first octet is group `index` of a chain: four numbers of 0 to 255 with no needless
 * zero and no fifth.
 *
 * Only addresses that can be a person's line count: those of special purpose do not (IANA, RFC 6890). Numbers of
 * versions and sections do not either: those behind such a word, with four numbers below 32, or with three zeros.
 */
export function ipv4At(chain: DigitChain, index: number, labels: Labels): Finding | undefined {
  if (index + 3 >= groupCount(chain)) return undefined
  for (let next = 1; next < 4; next++) if (gapBefore(chain, index + next) !== '.') return undefined
  const start = startOf(chain, index)
  const end = endOf(chain, index + 3)
  const { text } = chain
  const octets = octetsOf(chain, index)
  if (octets === undefined || !isPublicIpv4(octets)) return undefined
  if (octets.every((octet) => octet < 32) || octets.slice(1).every((octet) => octet === 0)) return undefined
  const before = text.charCodeAt(start - 1)
  if (before === 0x2e || isAlphanumeric(before) || before === 0x5f) return undefined
  const after = text.charCodeAt(end)
  if (isAlphanumeric(after) || after === 0x5f || (after === 0x2e && isAlphanumeric(text.charCodeAt(end + 1))))
    return undefined
  // `1.2.3.4-beta` is a version; `1.2.3.4-1.2.3.9` a range.
  if (after === 0x2d && !isDigit(text.charCodeAt(end + 1))) return undefined
  if (PRODUCT_BEFORE.test(textBefore(text, start))) return undefined
  if (labels.standsBefore(VERSION, start) && !labels.standsBefore(ADDRESS, start)) return undefined
  return { type: 'ip-address', start, end }
}

function octetsOf(chain: DigitChain, index: number): readonly number[] | undefined {
  const octets: number[] = []
  for (let at = index; at < index + 4; at++) {
    const length = groupLength(chain, at)
    if (length > 3) return undefined
    const octet = Number(chain.text.slice(startOf(chain, at), endOf(chain, at)))
    if (octet > 255 || (length > 1 && octet < 10 ** (length - 1))) return undefined
    octets.push(octet)
  }
  return octets
}

/** First octets and lengths of the blocks of the special-purpose registry that are not globally reachable. */
function isPublicIpv4([a = 0, b = 0, c = 0, d = 0]: readonly number[]): boolean {
  if (a === 0 || a === 10 || a === 127 || a >= 224) return false
  if (a === 100 && b >= 64 && b < 128) return false
  if (a === 169 && b === 254) return false
  if (a === 172 && b >= 16 && b < 32) return false
  if (a === 192 && b === 168) return false
  if (a === 192 && b === 0 && (c === 0 || c === 2)) return false
  if (a === 198 && (b === 18 || b === 19 || (b === 51 && c === 100))) return false
  if (a === 203 && b === 0 && c === 113) return false
  // The resolvers that every manual names are nobody's line.
  return !WELL_KNOWN.has(`${a}.${b}.${c}.${d}`)
}

const WELL_KNOWN = new Set(
  '1.1.1.1 1.0.0.1 8.8.8.8 8.8.4.4 9.9.9.9 149.112.112.112 208.67.222.222 208.67.220.220 4.2.2.2'.split(' '),
)

/** `xxxx:` eight times and a dotted tail are 45 characters. */
const MAX_IPV6 = 45

/**
 * The IPv6 address that holds the `:` at `at` as its first (RFC 4291, section 2.2): eight groups of up to four
 * hexadecimal digits, or fewer with one `::`, the last two perhaps as IPv4.
 *
 * Only global unicast addresses count (2000::/3), without those for documentation (2001:db8::/32, 3fff::/20), so
 * times, hardware addresses and names of code are none. O(1).
 */
export function ipv6At(text: string, at: number): Finding | undefined {
  const start = at - 4
  const first = text.charCodeAt(start)
  // 2000::/3: four digits, the first of them 2 or 3.
  if (start < 0 || (first !== 0x32 && first !== 0x33) || isPartOfAddress(text.charCodeAt(start - 1)))
    return undefined
  const most = Math.min(text.length, start + MAX_IPV6 + 1)
  let end = start
  while (end < most && isPartOfAddress(text.charCodeAt(end))) end++
  while (end > start && (text.charCodeAt(end - 1) === 0x2e || isLoneColon(text, end))) end--
  if (end - start > MAX_IPV6 || isAlphanumeric(text.charCodeAt(end)) || text.charCodeAt(end) === 0x5f)
    return undefined
  const address = text.slice(start, end).toLowerCase()
  if (!isIpv6(address) || address.startsWith('2001:db8:') || /^3fff:0?[0-9a-f]{0,3}:/.test(address))
    return undefined
  return { type: 'ip-address', start, end }
}

function isPartOfAddress(code: number): boolean {
  return isDigit(code) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x66) || code === 0x3a || code === 0x2e
}

/** Whether the character before `end` is a colon that ends a clause. */
function isLoneColon(text: string, end: number): boolean {
  return text.charCodeAt(end - 1) === 0x3a && text.charCodeAt(end - 2) !== 0x3a
}

function isIpv6(address: string): boolean {
  const halves = address.split('::')
  if (halves.length > 2) return false
  let groups = 0
  const parts = halves.flatMap((half) => (half === '' ? [] : half.split(':')))
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/.test(part)) groups++
    else if (index === parts.length - 1 && /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/.test(part))
      groups += 2
    else return false
  }
  return halves.length === 2 ? groups < 8 : groups === 8
}

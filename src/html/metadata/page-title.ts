import { nameKey } from './author-names.ts'

/** What a page calls itself, each as one line of text. */
export interface TitleSources {
  /** Headline, social titles and the title of the document, the ones to be preferred first. */
  readonly candidates: readonly (string | undefined)[]
  /** The page's first heading. */
  readonly heading: string | undefined
  /** The site's names, in {@link nameKey}s. */
  readonly siteKeys: ReadonlySet<string>
}

const SEPARATOR = /\s+(?:[|\-–—−·•»«›~/⋆★]|::|:|\|\|)\s+|\s?[|｜]\s?|:\s+|(?<=[\p{Lo}\p{Po}])_+(?=\p{Lo})/gu

/**
 * The title of a page without its site's name: the first candidate that is more than this name, cut down to the
 * heading where that is its first part, and made whole where it was cut off and another one is not.
 */
export function pageTitle({ candidates, heading, siteKeys }: TitleSources): string | undefined {
  const given = candidates.filter((candidate) => candidate !== undefined)
  let title: string | undefined
  for (const candidate of new Set(given)) {
    const plain = withoutSiteName(candidate, siteKeys)
    if (siteKeys.has(nameKey(plain))) continue
    title = plain
    break
  }
  if (title === undefined)
    return heading !== undefined && !siteKeys.has(nameKey(heading)) ? heading : given[0]
  const whole = /(?:…|\.\.\.)$/.test(title)
    ? wholeTitle(title, [heading, ...given.map((other) => withoutSiteName(other, siteKeys))])
    : title
  return heading !== undefined && isPart(heading, whole) ? heading : whole
}

/** The title that begins as the cut one does, and goes on. */
function wholeTitle(title: string, others: readonly (string | undefined)[]): string {
  const start = title.replace(/\s?(?:…|\.\.\.)$/, '')
  return (
    others.find(
      (other) =>
        other !== undefined && other.length > start.length && other.startsWith(start) && other !== title,
    ) ?? title
  )
}

/** Whether the heading is all that stands before a separator. The last part may be the site's name, made a heading. */
function isPart(heading: string, title: string): boolean {
  const least = /\p{Lo}/u.test(heading) ? 4 : 8
  if (heading.length < least || heading.length >= title.length) return false
  for (const { 0: separator, index } of title.matchAll(SEPARATOR)) {
    if (index === heading.length && separator !== '' && title.startsWith(heading)) return true
  }
  return false
}

/** Cuts off parts before and behind separators that are names of the site. */
function withoutSiteName(title: string, siteKeys: ReadonlySet<string>): string {
  let rest = title
  for (let round = 0; round < 3; round++) {
    const next = withoutPart(rest, siteKeys)
    if (next === rest) return rest
    rest = next
  }
  return rest
}

/** Separators of one title that are looked at. */
const MAX_SEPARATORS = 20

function withoutPart(title: string, siteKeys: ReadonlySet<string>): string {
  let count = 0
  for (const { 0: separator, index } of title.matchAll(SEPARATOR)) {
    if (++count > MAX_SEPARATORS) break
    const before = title.slice(0, index).trim()
    const behind = title.slice(index + separator.length).trim()
    if (before !== '' && siteKeys.has(nameKey(behind))) return before
    if (behind !== '' && siteKeys.has(nameKey(before))) return behind
  }
  return title
}

/** The last part of a title, or its first, where it is the name in the host's: `A story - The Site` of `thesite.org`. */
export function siteNameInTitle(title: string, hostKeys: ReadonlySet<string>): string | undefined {
  let count = 0
  for (const { 0: separator, index } of title.matchAll(SEPARATOR)) {
    if (++count > MAX_SEPARATORS) break
    const before = title.slice(0, index).trim()
    const behind = title.slice(index + separator.length).trim()
    if (hostKeys.has(nameKey(behind))) return behind
    if (hostKeys.has(nameKey(before))) return before
  }
  return undefined
}

/**
 * A site's name without the page's title before it, which some sites declare with it: `A story | The Site`. The title of a
 * home page is the name of the site, or its host's, and short.
 */
export function nameBehindTitle(
  name: string,
  title: string | undefined,
  hostKeys: ReadonlySet<string>,
): string {
  if (title === undefined || title.length < 16 || !name.startsWith(title) || hostKeys.has(nameKey(title)))
    return name
  for (const { 0: separator, index } of name.matchAll(SEPARATOR)) {
    if (index === title.length) return name.slice(index + separator.length).trim() || name
  }
  return name
}

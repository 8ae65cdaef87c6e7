/** Words of a URL that stand on lists of words. */
export interface UrlWordHits {
  readonly hard: readonly string[]
  readonly soft: readonly string[]
  /** Stretches of letters and digits, over what parts words. */
  readonly parts: readonly string[]
}

/**
 * Finds listed words in a URL: `hard` and `soft` ones as whole words between characters that are no letters or
 * digits, `parts` anywhere in the URL's letters and digits. Everything in lower case; percent-encoding is undone.
 *
 * O(length × number of parts).
 *
 * @see The URL filter of RefinedWeb (Penedo et al. 2023, appendix G.1), which scores words in the same three ways.
 */
export function urlWordHits(
  url: string,
  lists: {
    readonly hard: ReadonlySet<string>
    readonly soft: ReadonlySet<string>
    readonly parts: readonly string[]
  },
): UrlWordHits {
  const plain = decoded(url)
    .toLowerCase()
    .replace(/^https?:\/\/(?:www\.)?/, '')
  const words = new Set(plain.split(/[^\p{L}\p{N}]+/u))
  const squeezed = plain.replace(/[^\p{L}\p{N}]+/gu, '')
  return {
    hard: [...words].filter((word) => lists.hard.has(word)),
    soft: [...words].filter((word) => lists.soft.has(word)),
    parts: lists.parts.filter((part) => squeezed.includes(part)),
  }
}

/** Percent-encoding undone where it is UTF-8. */
function decoded(url: string): string {
  try {
    return decodeURIComponent(url)
  } catch {
    return url
  }
}

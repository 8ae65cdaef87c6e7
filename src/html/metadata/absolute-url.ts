/** Longest URL taken from a page, in UTF-16 units. One that is longer is left out: a part of a URL leads elsewhere. */
export const MAX_URL = 2000

/** An `http` or `https` URL, made absolute against a base; `undefined` where it is none. */
export function absoluteUrl(value: string | undefined, base: string | undefined): string | undefined {
  const text = value?.trim()
  if (text === undefined || text === '' || text.length > MAX_URL) return undefined
  const parsed = URL.parse(text, base)
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return undefined
  return parsed.href.length > MAX_URL ? undefined : parsed.href
}

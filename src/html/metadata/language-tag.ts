const TAG = /^([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|\d{3}))?((?:-[a-z0-9]{5,8}){0,2})$/i

/**
 * A well-formed BCP 47 tag from what a page declares, in its usual case: `pt_br` gives `pt-BR`.
 *
 * Takes the first of a list. Names as `English`, tags for no language (`und`, `mul`, `zxx`) and anything with
 * extensions give `undefined`.
 *
 * @see RFC 5646, sections 2.1 and 2.1.1.
 */
export function languageTag(value: string | undefined): string | undefined {
  const first = value
    ?.slice(0, 100)
    .split(/[,;\s]/, 4)
    .find((part) => part !== '')
  const found = first === undefined ? null : TAG.exec(first.replaceAll('_', '-').replace(/\..*$/, ''))
  if (found === null) return undefined
  const [, language = '', script, region, variants = ''] = found
  if (/^(?:und|mul|zxx|mis)$/i.test(language)) return undefined
  let tag = language.toLowerCase()
  if (script !== undefined) tag += `-${script.charAt(0).toUpperCase()}${script.slice(1).toLowerCase()}`
  if (region !== undefined) tag += `-${region.toUpperCase()}`
  return tag + variants.toLowerCase()
}

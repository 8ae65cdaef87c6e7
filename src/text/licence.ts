/** A licence known by its id. */
export interface Licence {
  /** In the manner of SPDX: `CC-BY-SA-4.0`, `CC0-1.0`; without the version where none is said. */
  readonly id: string
  /** Whether it lets anyone use the work for commercial ends. */
  readonly commercial: boolean
  /** Whether it lets anyone change the work and pass it on. */
  readonly derivatives: boolean
}

/** Longest statement that is read, in UTF-16 units. */
const MAX_LENGTH = 2000

/**
 * The licence that a URL or a few words name; `undefined` where they name none that is known.
 *
 * Known: all of Creative Commons, their dedications and ports to a country, by URL (`creativecommons.org/licenses/by/4.0`),
 * short name (`CC BY-SA 4.0`) or full name in English; and by URL or name GFDL, the Open Government Licence, ODbL, PDDL,
 * MIT, Apache 2.0, BSD, GPL, LGPL, AGPL and MPL. Words that deny ("not licensed under") are not told apart. O(length).
 *
 * @see https://spdx.org/licenses/ for the ids.
 */
export function licenceOf(statement: string): Licence | undefined {
  const text = statement.slice(0, MAX_LENGTH)
  return creativeCommonsUrl(text) ?? shortName(text) ?? fullName(text) ?? other(text)
}

/** The licence of the first URL of Creative Commons in a text, with where it stands. O(length). */
export function licenceUrlIn(text: string): { readonly licence: Licence; readonly url: string } | undefined {
  for (const found of text.matchAll(CC_URL)) {
    const licence = creativeCommonsUrl(found[0])
    if (licence !== undefined) return { licence, url: `https://${found[0].replace(/^https?:\/\//i, '')}` }
  }
  return undefined
}

const CC_URL =
  /(?:https?:\/\/)?(?:www\.)?creativecommons\.org\/(?:licen[sc]es|publicdomain)\/[a-z+-]{2,20}(?:\/\d\.\d(?:\/[a-z]{2,3}\b)?)?/gi
const CC_PATH =
  /creativecommons\.org\/(licen[sc]es|publicdomain)\/([a-z+-]{2,20})(?:\/(\d\.\d)(?:\/([a-z]{2,3})(?=[/?#\s"]|$))?)?/i

function creativeCommonsUrl(text: string): Licence | undefined {
  const found = CC_PATH.exec(text)
  if (found === null) return undefined
  const [, kind = '', path = '', version, port] = found
  if (kind.toLowerCase() === 'publicdomain') return dedication(path.toLowerCase(), version)
  return withParts(path.toLowerCase(), version, port)
}

function dedication(path: string, version: string | undefined): Licence | undefined {
  const name = { zero: 'CC0', mark: 'CC-PDM', certification: 'CC-PDDC' }[path]
  if (name === undefined) return undefined
  // The certification has no version in SPDX.
  return free(name === 'CC-PDDC' || version === undefined ? name : `${name}-${version}`)
}

/** A licence of its parts in any order, such as `by-nc-sa`. */
function withParts(path: string, version: string | undefined, port?: string): Licence | undefined {
  const parts = new Set(path.split(/[-+ ]+/))
  if ([...parts].some((part) => !PARTS.includes(part)) || parts.size === 0) return undefined
  // Nothing can be changed and be shared alike.
  if (parts.has('nd') && parts.has('sa')) return undefined
  const names = PARTS.filter((part) => parts.has(part)).map((part) => part.toUpperCase())
  // Languages of a deed stand where a port would; ports end with version 3.0.
  const place = port === undefined || version === '4.0' || version === undefined ? [] : [port.toUpperCase()]
  const id = ['CC', ...names, ...(version === undefined ? [] : [version]), ...place].join('-')
  return { id, commercial: !parts.has('nc'), derivatives: !parts.has('nd') }
}

/** In the order in which their names are put together. */
const PARTS = ['by', 'nc', 'nd', 'sa']

function free(id: string): Licence {
  return { id, commercial: true, derivatives: true }
}

/** `CC BY-SA 4.0`, `CC-BY-NC`, `CC0`, `cc-by-2.0`. */
function shortName(text: string): Licence | undefined {
  if (/\bCC[- ]?(?:0|zero)\b/i.test(text))
    return free(/\bCC[- ]?0[- ](?!1\.0)\d/i.test(text) ? 'CC0' : 'CC0-1.0')
  const found = /\bCC[- _:]{1,2}(BY(?:[- _+]{1,3}(?:NC|ND|SA)){0,2})(?:[- _]{1,2}v?(\d\.\d))?(?![.\d])/i.exec(
    text,
  )
  // A letter may go "cc by mail".
  if (found === null || !/^(?:CC.{1,2}BY|cc-by)/.test(found[0])) return undefined
  return withParts((found[1] ?? '').toLowerCase().replace(/[^a-z]+/g, '-'), found[2])
}

/** `Creative Commons Attribution-NonCommercial 4.0 International`. */
function fullName(text: string): Licence | undefined {
  const found =
    /\bCreative\s{1,4}Commons:?\s{1,4}(Attribution[\s-]{0,5}(?:(?:Non-?Commercial|No[\s-]?Deriv(?:ative)?s?(?:\s{1,2}Works)?|Share[\s-]?Alike)[\s-]{0,5}){0,2})/i.exec(
      text,
    )
  if (found === null) return undefined
  const name = found[1] ?? ''
  const parts = ['by']
  if (/non-?commercial/i.test(name)) parts.push('nc')
  if (/deriv/i.test(name)) parts.push('nd')
  if (/alike/i.test(name)) parts.push('sa')
  const behind = text.slice(found.index + found[0].length).slice(0, 60)
  return withParts(
    parts.join('-'),
    /^[\s(-]{0,3}(?:v(?:ersion)?\.?\s?)?(\d\.\d)(?![.\d])/i.exec(behind)?.[1] ??
      /^[\w\s,-]{0,40}?\b(\d\.\d)(?![.\d])/.exec(behind)?.[1],
  )
}

/** Other licences by URL or name: the id, with the version of the match where it has one. */
const OTHERS: readonly (readonly [pattern: RegExp, id: string])[] = [
  [/gnu\.org\/(?:copyleft|licen[sc]es)\/fdl|\bGFDL\b|GNU Free Documentation Licen[sc]e/i, 'GFDL'],
  [
    /nationalarchives\.gov\.uk\/doc\/open-government-licence|\bOpen Government Licen[sc]e\b|\bOGL\b/i,
    'OGL-UK',
  ],
  [/opendatacommons\.org\/licenses\/odbl|\bODbL\b/i, 'ODbL'],
  [/opendatacommons\.org\/licenses\/pddl|\bPDDL\b/i, 'PDDL'],
  [/opensource\.org\/licen[sc]es?\/mit|\bMIT(?: Licen[sc]e)?$|\bMIT Licen[sc]e\b/i, 'MIT'],
  [
    /apache\.org\/licenses\/LICENSE|\bApache(?: Software)?(?: Licen[sc]e)?,?[- ](?:Version )?2\.0\b|opensource\.org\/licen[sc]es?\/apache/i,
    'Apache',
  ],
  [/gnu\.org\/(?:copyleft|licen[sc]es)\/agpl|\bAGPL\b/i, 'AGPL'],
  [/gnu\.org\/(?:copyleft|licen[sc]es)\/lgpl|\bLGPL\b/i, 'LGPL'],
  [/gnu\.org\/(?:copyleft|licen[sc]es)\/gpl|\bGPL(?=\b|v)|GNU General Public Licen[sc]e/i, 'GPL'],
  [/mozilla\.org\/(?:[A-Z-]{2,5}\/)?MPL|\bMPL\b/i, 'MPL'],
  [/opensource\.org\/licen[sc]es?\/bsd|\bBSD[- ](?:2|3)-Clause\b/i, 'BSD'],
]
/** Ids that are never without a number, and the one that a name without number means. */
const ONLY_VERSION: Readonly<Record<string, string>> = {
  MIT: 'MIT',
  Apache: 'Apache-2.0',
  ODbL: 'ODbL-1.0',
  PDDL: 'PDDL-1.0',
}

function other(text: string): Licence | undefined {
  for (const [pattern, name] of OTHERS) {
    const found = pattern.exec(text)
    if (found === null) continue
    if (ONLY_VERSION[name] !== undefined) return free(ONLY_VERSION[name])
    if (name === 'BSD') {
      const clauses = /([23])[- ]Clause/i.exec(text)?.[1]
      return free(clauses === undefined ? 'BSD' : `BSD-${clauses}-Clause`)
    }
    const version = /^[^\d]{0,20}?(\d(?:\.\d)?)(?!\d)/.exec(text.slice(found.index + found[0].length))?.[1]
    return free(version === undefined ? name : `${name}-${version.includes('.') ? version : `${version}.0`}`)
  }
  return undefined
}

import { cleanValue } from './clean-value.ts'

/** Authors of one page, and characters of one name, that are kept. */
const MAX_AUTHORS = 50
const MAX_NAME = 100

const BY =
  /^(?:(?:(?:written|posted|reported|published|updated|reviewed|edited|created|article|story|words|photos|photographs|text)(?:\s(?:and|&)\s\p{L}+)?\s)?by|authors?|autor(?:in|en|es)?|auteurs?|autore|text|bericht|(?:ein\s(?:artikel|beitrag|kommentar|bericht|gastbeitrag)\s)?von|écrit par|rédigé par|publié par|par|escrito por|publicado por|por|scritto da|pubblicato da|geschreven door|door|(?:verfasst|geschrieben|eingestellt|veröffentlicht|erstellt) von|автор|текст|作者|記者|记者|文|著者|بقلم)(?:\s{0,3}[:：/／]\s{0,3}|\s{1,3})/iu
const ADDRESS = /(?:https?:)?\/\/\S|\bwww\.\S|\S@\S{1,60}\.\S|\.(?:com|org|net|de|fr|co\.uk)\b/i
/** What publishing systems name as the author when nobody is. */
const NOBODY =
  /^(?:admin\w*|administrat\w+|editors?|editorial|staff|unknown|anonym\w*|guest|user|author|autor\w*|auteur|redaktion|die redaktion|redaction|rédaction|redacción|redazione|redactie|webmaster|root|null|undefined|none|n\/a|default|nobody|test|site ?admin|super ?user|contributor|contributors|editor(?:ial)? (?:team|staff|desk|board)|web ?desk|news ?desk|staff ?(?:writer|reporter)s?|view all posts|see all posts|follow|share|comments?|home|more|read more|published|updated|false|true|publisher|drupal|wordpress|joomla|typo3|[0-9a-f-]{12,}|\d.*)$/iu
const CREDENTIAL =
  /^(?:ph\.?\s?d|m\.?d|m\.?s(?:c|n|w)?|m\.?a|b\.?a|b\.?sc?|m\.?b\.?a|m\.?p\.?h|j\.?d|d\.?o|r\.?n|r\.?d(?:n)?|c\.?p\.?a|esq|ed\.?d|pharm\.?d|dds|dvm|facp|lcsw|lmft|ccc-slp|cfa|cfp|cscs|fnp|np|pa-c|o\.?b\.?e|mbe)\.?$/i
const SUFFIX = /^(?:jr|sr|ii|iii|iv)\.?$/i
const ROLE =
  /\b(?:editor|reporter|writer|correspondent|columnist|contributor|journalist|producer|photographer|director|professor|analyst|manager|founder|ceo|specialist|bureau|staff|freelance|special to|updated|published|for the|redakteur\w*|redakteurin|korrespondent\w*|journaliste|periodista|giornalista|university|magazine|newspaper|press)\b/i
/** What a site's name is followed by where its staff signs as one. */
const OFFICE =
  /\s(?:redaktion|online|editors?|editorial (?:team|staff|board)|staff(?: reports?)?|team|bureau|news|business|sports?|(?:news ?)?desk)$/i
const AND = /\s?[;|•·\n]\s?|\s\/\s|\s[-–—]\s|[、，；／]/iu
/** They also stand within a name, as in `Ortega y Gasset` and `Center for Research and Care`. */
const WEAK_AND = /\s(?:and|und|et|with|&|y|e|en|og|och|i|и|و)\s/u

/**
 * The names of a page's authors from what it says of them: `By Ann Lee and Bo Chi, Staff Writers` gives
 * `Ann Lee` and `Bo Chi`.
 *
 * Lists are split, `By` and its like cut off, and repetitions, addresses, `admin`, titles and the names with keys in
 * `notAuthors`, which are the site's own, left out. Names stay as they are written. O(length).
 */
export function authorNames(
  statements: readonly string[],
  notAuthors: ReadonlySet<string> = NOBODY_ELSE,
): string[] {
  const seen = new Set<string>()
  const names: string[] = []
  for (const statement of statements) {
    for (const name of split(statement)) {
      const key = nameKey(name)
      if (names.length >= MAX_AUTHORS) return names
      if (key === '' || seen.has(key) || notAuthors.has(key)) continue
      const plain = name.replace(OFFICE, '')
      const plainKey = plain === name ? key : nameKey(plain)
      if (seen.has(plainKey) || notAuthors.has(plainKey)) continue
      seen.add(key)
      names.push(name)
    }
  }
  return names
}

const NOBODY_ELSE: ReadonlySet<string> = new Set()

/** What two spellings of one name have in common: letters and digits, without case and accents. */
export function nameKey(name: string): string {
  if (/^[\x20-\x7e]*$/.test(name)) {
    const lower = name.toLowerCase()
    return (lower.startsWith('the ') ? lower.slice(4) : lower).replaceAll(/[^a-z0-9]+/g, '')
  }
  return name
    .normalize('NFD')
    .toLowerCase()
    .replace(/^the\s/, '')
    .replace(/[^\p{L}\p{N}]/gu, '')
}

function split(statement: string): string[] {
  const text = cleanValue(statement)
  if (text === undefined) return []
  // RSS has it so: an address, and the name behind it.
  const named = /^\S{1,80}@\S{1,80}\s{1,3}\(([^()]{2,100})\)$/.exec(text)
  let rest = named?.[1] ?? text
  for (let round = 0; round < 2; round++) rest = rest.replace(BY, '')
  const names: string[] = []
  for (const part of rest.split(AND)) {
    for (const piece of splitWeakly(part)) {
      for (const name of splitAtCommas(piece)) {
        const plain = plainName(name)
        if (plain !== undefined) names.push(plain)
      }
    }
  }
  return names
}

/** Splits at words that also stand within names only where both sides are names of their own. */
function splitWeakly(text: string): string[] {
  const parts = text.split(WEAK_AND)
  return parts.length > 1 && parts.every((part) => /\S\s+\S/.test(part.trim())) ? parts : [text]
}

/** Commas part names, but also a family's from a given name, and a name from degrees and offices. */
function splitAtCommas(text: string): string[] {
  if (!text.includes(',')) return [text]
  const parts = text.split(',').map((part) => part.trim())
  const [first = '', second = ''] = parts
  if (parts.length === 2 && isOneWord(first) && isOneWord(second) && !CREDENTIAL.test(second)) return [text]
  const names: string[] = []
  for (const part of parts) {
    if (SUFFIX.test(part) && names.length > 0) names.push(`${names.pop()}, ${part}`)
    else if (names.length === 0 || !(CREDENTIAL.test(part) || ROLE.test(part) || isOneWord(part))) {
      names.push(...part.split(/^and\s|^und\s/))
    }
  }
  return names
}

function isOneWord(text: string): boolean {
  return !/\s/.test(text) && !/[\p{Lo}]/u.test(text)
}

function plainName(text: string): string | undefined {
  const name = text
    .slice(0, MAX_VALUE_OF_NAME)
    .replace(BY, '')
    .replace(BEHIND_NAME, '')
    .replace(/\s{0,3}\([^()]{0,100}\)?$/, '')
    .replace(/^([^()]*)\)$/, '$1')
    .replace(/\s@\w{1,30}$/, '')
    .replace(/^[\s,.:;*"'“”_~-]+|[\s,:;*"“”_~-]+$/gu, '')
  if (name.length < 2 || name.length > MAX_NAME || name.startsWith('@')) return undefined
  if (ADDRESS.test(name) || NOBODY.test(name) || !/\p{L}/u.test(name)) return undefined
  return name.split(/\s+/).length > 8 ? undefined : name
}

const MAX_VALUE_OF_NAME = 400
/** What stands behind a name on one line in Chinese and Japanese: a date, a source, an editor. */
const BEHIND_NAME = /(?<=\p{Lo})\s{1,5}(?:(?:19|20)\d\d\D|[\p{Lo}]{2,6}\s?[:：]).*$/su

const PERSON =
  /^(?:\p{Lu}[\p{L}\p{M}.'’-]*)(?:\s(?:\p{Lu}[\p{L}\p{M}.'’-]*|de|del|della|da|dos|do|di|du|la|le|van|von|der|den|ter|ten|zu|bin|ibn|al|el|y|e|af|av)){1,4}(?:,\s(?:Jr|Sr)\.?)?$/u
const PERSON_WITHOUT_CASE = /^[\p{Lo}\p{M}][\p{Lo}\p{M}·・\s]{1,19}$/u
const NOT_PERSON =
  /(?:^|\s)(?:the|your|our|comments?|share|read|updated?|posted|published|photos?|image|getty|video|watch|sign|log|subscribe|follow|news|more|all|last|min|minutes|ago|views?|print|email|facebook|twitter|today|january|february|march|april|june|july|august|september|october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|uhr|kommentare?|artikel|redaktion|team|staff|editor|writer|reporter|contents?|home|about|contact)(?:\s|$)/i

/** Whether a name that nothing else vouches for looks like one of a person: two to five words, each with a capital. */
export function isPersonName(name: string): boolean {
  if (PERSON_WITHOUT_CASE.test(name)) return true
  return PERSON.test(name) && !NOT_PERSON.test(name) && !ROLE.test(name)
}

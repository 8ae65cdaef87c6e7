import { isAlphanumeric, isWordCharacter } from './characters.ts'
import {
  type DigitChain,
  digitsOf,
  endOf,
  gapBefore,
  groupCount,
  groupLength,
  standsAlone,
  startOf,
} from './digit-chain.ts'
import type { Finding } from './finding.ts'
import { type Label, type Labels, label, OTHER_NUMBER } from './label.ts'
import { AMERICAS } from './national-ids/americas.ts'
import { ASIA_AFRICA } from './national-ids/asia-africa.ts'
import { EUROPE } from './national-ids/europe.ts'
import { isHetu, LETTERED_IDS } from './national-ids/lettered.ts'
import type { NationalId } from './national-ids/national-id.ts'

interface Form {
  readonly id: NationalId
  readonly label: Label
  /** Whether the form alone tells it apart, unless another kind of number is named before it. */
  readonly isTold: boolean
}

const FORMS: ReadonlyMap<string, readonly Form[]> = formsOf([...AMERICAS, ...EUROPE, ...ASIA_AFRICA])
/** Groups of the longest form. */
const MAX_GROUPS = 7
const MAX_SHAPE = 16
const MAX_FIRST_GROUP = 18

function formsOf(ids: readonly NationalId[]): ReadonlyMap<string, readonly Form[]> {
  const forms = new Map<string, Form[]>()
  const add = (shape: string, form: Form): void => void forms.set(shape, [...(forms.get(shape) ?? []), form])
  for (const id of ids) {
    const words = label(id.labels.join(','))
    for (const shape of id.forms) add(shape, { id, label: words, isTold: true })
    for (const shape of id.labelledForms) add(shape, { id, label: words, isTold: false })
  }
  return forms
}

/**
 * The national id whose first digits are group `index` of a chain: in the written form of a country that gives
 * such, with its check digits, and behind a word that names it where the form alone says too little.
 */
export function nationalIdAt(chain: DigitChain, index: number, labels: Labels): Finding | undefined {
  if (groupLength(chain, index) > MAX_FIRST_GROUP) return undefined
  const most = Math.min(groupCount(chain), index + MAX_GROUPS)
  let shape = ''
  let found: Finding | undefined
  for (let last = index; last < most; last++) {
    shape += `${last === index ? '' : gapBefore(chain, last)}${groupLength(chain, last)}`
    if (shape.length > MAX_SHAPE) break
    const forms = FORMS.get(shape)
    if (forms === undefined || !standsAlone(chain, index, last)) continue
    const digits = digitsOf(chain, index, last)
    const start = startOf(chain, index)
    if (forms.some(({ id, ...form }) => id.isValid(digits) && isStated(form, start, labels))) {
      found = { type: 'national-id', start, end: endOf(chain, last) }
    }
  }
  return found
}

function isStated({ label, isTold }: Omit<Form, 'id'>, start: number, labels: Labels): boolean {
  return labels.standsBefore(label, start) || (isTold && !labels.standsBefore(OTHER_NUMBER, start))
}

const LETTERED_LABELS = new Map(
  [...LETTERED_IDS.values()]
    .flat()
    .filter((id) => id.labels.length > 0)
    .map((id) => [id, label(id.labels.join(','))] as const),
)

/** Longest lettered id, in characters. */
const MAX_TOKEN = 18

/**
 * The lettered national id around the digit at `at`: a run of letters and digits of the length, form and check of
 * a country's. O(1): looks at most 18 characters to either side.
 */
export function letteredIdAt(text: string, at: number, labels: Labels): Finding | undefined {
  let start = at
  while (start > at - MAX_TOKEN && isAlphanumeric(text.charCodeAt(start - 1))) start--
  let end = at
  while (end < at + MAX_TOKEN && isAlphanumeric(text.charCodeAt(end))) end++
  const hetu = hetuAt(text, start)
  if (hetu !== undefined) return hetu
  const ids = LETTERED_IDS.get(end - start)
  if (ids === undefined || isJoined(text, start - 1, -1) || isJoined(text, end, 1)) return undefined
  const token = text.slice(start, end)
  // Ids are written in capitals, or else wholly small.
  if (token !== token.toUpperCase() && token !== token.toLowerCase()) return undefined
  const upper = token.toUpperCase()
  const found = ids.some((id) => {
    if (!id.isValid(upper)) return false
    const words = LETTERED_LABELS.get(id)
    return words === undefined ? token === upper || upper.length > 9 : labels.standsBefore(words, start)
  })
  return found ? { type: 'national-id', start, end } : undefined
}

/** `131052-308T`. */
function hetuAt(text: string, start: number): Finding | undefined {
  const id = text.slice(start, start + 11)
  if (!isHetu(id) || isJoined(text, start - 1, -1) || isJoined(text, start + 11, 1)) return undefined
  return { type: 'national-id', start, end: start + 11 }
}

/** Whether the character at `at` ties a run of letters and digits to more of them. */
function isJoined(text: string, at: number, step: number): boolean {
  const code = text.charCodeAt(at)
  if (isWordCharacter(code)) return true
  const isMark = code === 0x2d || code === 0x2f || code === 0x2b || code === 0x3d || code === 0x2e
  return isMark && isWordCharacter(text.charCodeAt(at + step))
}

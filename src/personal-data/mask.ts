import type { Finding, PersonalDataType } from './finding.ts'

/** Stands for the type in a placeholder's form. */
export const TYPE_SLOT = '{TYPE}'

/**
 * A text with a placeholder in place of each finding: `form` with the type in capitals for {@link TYPE_SLOT}, such
 * as `[EMAIL]`. Findings are in order and do not overlap. O(length).
 */
export function masked(text: string, findings: readonly Finding[], form: string): string {
  if (findings.length === 0) return text
  let out = ''
  let from = 0
  for (const { type, start, end } of findings) {
    out += text.slice(from, start) + placeholder(type, form)
    from = end
  }
  return out + text.slice(from)
}

/** `payment-card` in `[{TYPE}]` is `[PAYMENT_CARD]`. */
export function placeholder(type: PersonalDataType, form: string): string {
  return form.replaceAll(TYPE_SLOT, type.toUpperCase().replaceAll('-', '_'))
}

/** Kinds of personal data and secrets that are looked for, in the order in which the longer claim wins an overlap. */
export const PERSONAL_DATA_TYPES = [
  'secret-key',
  'email',
  'iban',
  'payment-card',
  'national-id',
  'ip-address',
  'coordinates',
  'phone',
] as const

export type PersonalDataType = (typeof PERSONAL_DATA_TYPES)[number]

/** Where a piece of personal data stands in a text. UTF-16 offsets; `end` is not part of it. Never the value itself. */
export interface Finding {
  readonly type: PersonalDataType
  readonly start: number
  readonly end: number
}

/**
 * Findings that do not overlap, in order of the text.
 *
 * Of two that overlap, the one whose type is earlier in {@link PERSONAL_DATA_TYPES} stays; of one type the
 * longer, then the earlier. O(n log n).
 */
export function withoutOverlaps(findings: readonly Finding[]): Finding[] {
  const rank = (finding: Finding): number => PERSONAL_DATA_TYPES.indexOf(finding.type)
  const sorted = findings.toSorted((a, b) => a.start - b.start || b.end - a.end)
  const kept: Finding[] = []
  for (const finding of sorted) {
    let wins = true
    while (wins) {
      const last = kept.at(-1)
      if (last === undefined || last.end <= finding.start) break
      const sooner = rank(finding) - rank(last)
      wins = sooner < 0 || (sooner === 0 && finding.end - finding.start > last.end - last.start)
      if (wins) kept.pop()
    }
    if (wins) kept.push(finding)
  }
  return kept
}

import { PERSONAL_DATA_TYPES, type PersonalDataType } from '../../src/personal-data/finding.ts'
import { personalDataScanner } from '../../src/personal-data/scan.ts'
import { type Case, lookAlikes, positives } from './cases.ts'

export interface TypeScore {
  readonly type: PersonalDataType
  readonly positives: number
  readonly lookAlikes: number
  /** Positives found: of the right type, at the right place. */
  readonly found: number
  /** Findings of this type in look-alikes of any type, and in positives where no value of it stands. */
  readonly wrong: number
  /** found / (found + wrong). */
  readonly precision: number
  /** found / positives. */
  readonly recall: number
}

export interface Scores {
  readonly types: readonly TypeScore[]
  /** What was not found, and what was found wrongly, by type and kind. */
  readonly missed: Readonly<Record<string, number>>
  readonly mistaken: Readonly<Record<string, number>>
  /** One of each, for a person to look at. */
  readonly examples: Readonly<Record<string, string>>
}

/** Precision and recall by type over generated texts: `perType` positives and `perType` look-alikes for each. */
export function score(perType: number): Scores {
  const scan = personalDataScanner()
  const found = new Map<PersonalDataType, number>()
  const wrong = new Map<PersonalDataType, number>()
  const missed: Record<string, number> = {}
  const mistaken: Record<string, number> = {}
  const examples: Record<string, string> = {}
  const add = (counts: Map<PersonalDataType, number>, type: PersonalDataType): void =>
    void counts.set(type, (counts.get(type) ?? 0) + 1)
  const note = (list: Record<string, number>, key: string, each: Case): void => {
    list[key] = (list[key] ?? 0) + 1
    examples[key] ??= each.text
  }
  for (const each of positives(perType)) {
    const findings = scan(each.text)
    const right = findings.find(
      (finding) => finding.type === each.type && finding.start === each.start && finding.end === each.end,
    )
    if (right === undefined) note(missed, `${each.type}: ${each.kind}`, each)
    else add(found, each.type)
    for (const finding of findings) {
      if (finding === right) continue
      add(wrong, finding.type)
      note(mistaken, `${finding.type} in ${each.type}: ${each.kind}`, each)
    }
  }
  for (const each of lookAlikes(perType)) {
    for (const finding of scan(each.text)) {
      add(wrong, finding.type)
      note(mistaken, `${finding.type} in look-alike ${each.type}: ${each.kind}`, each)
    }
  }
  const types = PERSONAL_DATA_TYPES.map((type): TypeScore => {
    const [right, bad] = [found.get(type) ?? 0, wrong.get(type) ?? 0]
    return {
      type,
      positives: perType,
      lookAlikes: perType,
      found: right,
      wrong: bad,
      precision: right / Math.max(1, right + bad),
      recall: right / perType,
    }
  })
  return { types, missed, mistaken, examples }
}

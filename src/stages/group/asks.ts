import type { Document } from '../../model/document.ts'
import type { Ask, StepSignals } from '../../model/stage.ts'
import type { Preference } from './preference.ts'
import { ageOf, isRanked, rankBy, UNKNOWN_AGE } from './rank.ts'
import { scopeOf } from './scope.ts'

/** What the options of a group that say which documents meet, and which stays, ask of documents by name. */
export function asksOf({
  within,
  prefer,
  olderWins = '',
}: {
  readonly within: string
  readonly prefer?: Preference
  readonly olderWins?: string
}): readonly Ask[] {
  return [
    ...(within === '' ? [] : [withinAsk(within)]),
    ...(prefer === undefined ? [] : preferAsks(prefer)),
    ...(olderWins === '' ? [] : [olderAsk(olderWins)]),
  ]
}

/** What is compared must be there: of groups that go by one field. */
export function fieldAsk(field: string, what: string, has: Ask['has']): Ask {
  return { option: 'field', lack: `no document has ${what} in meta.${field}: none met another`, has }
}

function withinAsk(within: string): Ask {
  const [what, has] =
    within === 'domain'
      ? ['a host in meta.url', (document: Document) => scopeOf(within, document) !== '']
      : [`meta.${within}`, ({ meta }: Document) => (meta[within] ?? null) !== null]
  return { option: 'within', lack: `no document has ${what}: all of them met as one`, has }
}

function olderAsk(field: string): Ask {
  return {
    option: 'olderWins',
    lack: `no document has an age in meta.${field}: none won by it`,
    has: ({ meta }) => ageOf(meta[field]) !== UNKNOWN_AGE,
  }
}

function preferAsks(prefer: Preference): readonly Ask[] {
  const what = preferredThing(prefer)
  if (what === undefined) return []
  const rankOf = rankBy(prefer)
  const has = (document: Document, signals?: StepSignals): boolean => isRanked(rankOf(document, signals))
  return [{ option: 'prefer', lack: `no document has ${what}: the smallest id stayed`, has }]
}

/** What a document has to have to be preferred, where it can be without. */
function preferredThing(prefer: Preference): string | undefined {
  if (typeof prefer === 'object') {
    if ('signal' in prefer) return `the signal ${prefer.signal}`
    return 'field' in prefer ? `one of the values of \`order\` in meta.${prefer.field}` : undefined
  }
  if (prefer === 'newest' || prefer === 'oldest') return 'a date that can be read in meta.date'
  return prefer === 'highest-score' ? 'a score in meta.link or meta' : undefined
}

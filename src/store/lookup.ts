import type { Json, Meta } from '../model/document.ts'
import { nearest, TilthError } from '../model/error.ts'
import type { KeptRow, RejectedRow } from '../model/version.ts'
import { keptRows, rejectedRows, type Version } from './version.ts'

/** A document of a version: kept, or rejected with its reason. */
export type FoundDocument =
  | { readonly outcome: 'kept'; readonly row: KeptRow }
  | { readonly outcome: 'dropped' | 'failed'; readonly row: RejectedRow }

const MOST_FOUND = 20

/**
 * The rows that have an id or URL (as normalised or as found), the id of their link or of their row in
 * the source, and those that a document of the id was split into; kept ones first, at most 20.
 *
 * Reads ids, URLs and meta of all rows, and texts only of the tables that hold a match.
 *
 * @throws TilthError `not-found` when no row has it.
 */
export async function findDocuments(version: Version, idOrUrl: string): Promise<readonly FoundDocument[]> {
  const matches = (row: Pick<KeptRow, 'id' | 'url' | 'meta'>): boolean =>
    row.id === idOrUrl ||
    row.id.startsWith(`${idOrUrl}.`) ||
    row.url === idOrUrl ||
    row.meta['rawUrl'] === idOrUrl ||
    row.meta['sourceId'] === idOrUrl ||
    linkIdOf(row.meta) === idOrUrl
  const found: FoundDocument[] = []
  const keptPlaces = await places(keptRows(version, ['id', 'url', 'meta']), matches)
  for await (const row of at(keptRows(version), keptPlaces)) found.push({ outcome: 'kept', row })
  const rejectedPlaces = await places(rejectedRows(version, ['id', 'url', 'meta']), matches)
  for await (const row of at(rejectedRows(version), rejectedPlaces)) found.push({ outcome: row.kind, row })
  if (found.length === 0) {
    throw new TilthError('not-found', `${version.ref}: no document has the id or URL ${idOrUrl}`, {
      hint: `list what was dropped with tilth show ${version.ref} --rejected`,
    })
  }
  return found.slice(0, MOST_FOUND)
}

/** Id of the link that a joined page came by: the link itself is in no table any more. */
function linkIdOf(meta: Meta): Json | undefined {
  const { link } = meta
  return typeof link === 'object' && link !== null && 'id' in link ? link.id : undefined
}

async function places<T>(rows: AsyncIterable<T>, matches: (row: T) => boolean): Promise<readonly number[]> {
  const found: number[] = []
  let place = 0
  for await (const row of rows) {
    if (matches(row)) found.push(place)
    if (found.length === MOST_FOUND) break
    place++
  }
  return found
}

/** The rows at the given places, ascending; stops reading behind the last one. */
async function* at<T>(rows: AsyncIterable<T>, wanted: readonly number[]): AsyncGenerator<T> {
  if (wanted.length === 0) return
  let place = 0
  let next = 0
  for await (const row of rows) {
    if (place++ !== wanted[next]) continue
    yield row
    if (++next === wanted.length) return
  }
}

/** Which rejected rows are wanted. */
export interface RejectedQuery {
  /** `dropped`, `failed`, or a reason. */
  readonly which?: string
  readonly step?: string
  /** Most rows. */
  readonly limit: number
}

/**
 * Rejected rows of a kind, reason or step, in provenance order.
 *
 * @throws TilthError `not-found` for a step or reason that the version does not have, with the nearest.
 */
export async function* findRejected(version: Version, query: RejectedQuery): AsyncGenerator<RejectedRow> {
  const { steps } = version.manifest
  const { which, step, limit } = query
  if (step !== undefined)
    mustBe(
      version,
      'step',
      step,
      steps.map(({ name }) => name),
    )
  if (which !== undefined) {
    const reasons = steps.flatMap(({ reasons }) => Object.keys(reasons))
    mustBe(version, 'reason', which, ['dropped', 'failed', ...reasons])
  }
  let given = 0
  if (limit < 1) return
  for await (const row of rejectedRows(version)) {
    if (step !== undefined && row.step !== step) continue
    if (which !== undefined && row.kind !== which && row.reason !== which) continue
    yield row
    if (++given === limit) return
  }
}

function mustBe(version: Version, what: 'step' | 'reason', name: string, known: readonly string[]): void {
  if (known.includes(name)) return
  const guess = nearest(name, known)
  const has = [...new Set(known)].join(', ')
  throw new TilthError('not-found', `${version.ref}: no ${what} ${name}`, {
    hint: guess === undefined ? `it has ${has}` : `did you mean ${guess}?`,
  })
}

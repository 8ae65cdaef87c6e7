import type { FoundIn } from '../../../model/document.ts'
import { partsMaker } from '../../local/exchanges/repeated-parts.ts'
import type { TaskContext } from '../../units/context.ts'
import type { UnitOutput } from '../../units/unit-output.ts'
import type { UnitRows } from './unit-rows.ts'

/** What a unit of kind `parts` is made of. */
export interface PartsWork {
  readonly source: FoundIn
}

/** The keys that decide, of the parts of rows that few keys could not rule out. */
export async function readParts(
  context: TaskContext,
  step: number,
  { work, eachRow }: UnitRows,
  output: UnitOutput,
): Promise<void> {
  const partsOf = partsMaker(context, step)
  const { source } = work as PartsWork
  await eachRow((row, verdict) => {
    if (verdict === undefined || !('parts' in verdict)) return
    const { id, text, meta, record } = row
    const document = { id, text, meta, origin: { ...source, record } }
    output.parts(verdict.ordinal, id, partsOf(document, verdict.parts))
  })
}

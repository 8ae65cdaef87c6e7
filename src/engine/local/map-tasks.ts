import type { TaskContext } from '../units/context.ts'
import {
  type EachRow,
  fillFromLeft,
  fillFromMatches,
  fillFromRows,
  fillFromSplit,
  fillIndex,
  type RowsWork,
  type SplitWork,
} from '../units/fill.ts'
import type { UnitCounts, UnitOutput } from '../units/unit-output.ts'
import { type DecideAgainTask, fillAgain } from './decide-again-task.ts'
import { PackFiles, PackWriter, type UnitAddress, UnitReader, UnitWriter } from './unit-file.ts'
import { VerdictFiles } from './verdict-file.ts'

/** What an exchange decided of a unit: where the verdicts lie, and under which number. */
export interface VerdictPlace {
  readonly paths: readonly string[]
  readonly unit: number
}

export interface MapRowsTask extends RowsWork {
  readonly rows: UnitAddress
  readonly verdicts: VerdictPlace
}

type FromSplit = (context: TaskContext, task: SplitWork, output: UnitOutput) => Promise<UnitCounts>
type FromRows = (
  context: TaskContext,
  task: RowsWork,
  output: UnitOutput,
  eachRow: EachRow,
) => Promise<UnitCounts>

const SPLIT_TASKS = { mapSplit: fillFromSplit, indexSplit: fillIndex } satisfies Record<string, FromSplit>
const ROWS_TASKS = {
  mapRows: fillFromRows,
  mapLeft: fillFromLeft,
  mapMatches: fillFromMatches,
} satisfies Record<string, FromRows>

/** The work of one unit. */
export type UnitTask =
  | { readonly name: keyof typeof SPLIT_TASKS; readonly input: SplitWork }
  | { readonly name: keyof typeof ROWS_TASKS; readonly input: MapRowsTask }
  | { readonly name: 'decideAgain'; readonly input: DecideAgainTask }

/** Where a unit lies in its pack, and what a run wants to know of it. */
export type UnitResult = ReturnType<UnitWriter['finish']>

/** Does the work of several units, into one pack. */
export async function mapUnits(
  context: TaskContext,
  batch: { readonly pack: string; readonly tasks: readonly UnitTask[] },
): Promise<readonly UnitResult[]> {
  const pack = new PackWriter(batch.pack)
  const packs = new PackFiles()
  // Units of a batch follow the same exchange.
  const [first] = batch.tasks
  const exchange = new VerdictFiles(first === undefined ? [] : verdictPaths(first))
  try {
    const results: UnitResult[] = []
    for (const task of batch.tasks) {
      const writer = new UnitWriter(pack)
      results.push(writer.finish(await fill(context, task, writer, { packs, exchange })))
    }
    pack.finish()
    return results
  } finally {
    exchange.close()
    packs.close()
    pack.abandon()
  }
}

function verdictPaths({ input }: UnitTask): readonly string[] {
  const rows = 'unit' in input ? input.input : input
  return 'verdicts' in rows ? rows.verdicts.paths : []
}

/** What the tasks of a batch read beside their own input: packs of earlier units, verdicts of one exchange. */
interface Earlier {
  readonly packs: PackFiles
  readonly exchange: VerdictFiles
}

function fill(
  context: TaskContext,
  task: UnitTask,
  writer: UnitWriter,
  earlier: Earlier,
): Promise<UnitCounts> {
  switch (task.name) {
    case 'mapSplit':
    case 'indexSplit':
      return SPLIT_TASKS[task.name](context, task.input, writer)
    case 'decideAgain':
      return fillAgain(context, task.input, writer, (rows) => rowsOf(rows, earlier))
    default:
      return ROWS_TASKS[task.name](context, task.input, writer, rowsOf(task.input, earlier))
  }
}

function rowsOf(task: MapRowsTask, { packs, exchange }: Earlier): EachRow {
  return async (take) => {
    const verdicts = exchange.of(task.verdicts.unit)
    let ordinal = 0
    for (const row of new UnitReader(task.rows, packs).readRows()) {
      const waiting = take(row, verdicts.get(ordinal++))
      if (waiting !== undefined) await waiting
    }
  }
}

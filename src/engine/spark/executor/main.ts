import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { stepRecords } from '../../../plan/plan.ts'
import { signalNames } from '../../../store/version.ts'
import { hashInputs, splitInput } from '../../input-tasks.ts'
import { taskContext } from '../../units/context.ts'
import {
  fillFromLeft,
  fillFromMatches,
  fillFromRows,
  fillFromSplit,
  fillIndex,
  type RowsWork,
  type SplitWork,
} from '../../units/fill.ts'
import type { UnitCounts } from '../../units/unit-output.ts'
import { compareCandidates, type MembersWork, readMembers } from './candidates.ts'
import { RecordGuard } from './guard.ts'
import type { Call, Job, UnitStart } from './job.ts'
import { type Message, readMessage, writeMessage } from './messages.ts'
import { readParts } from './parts.ts'
import { ResultColumns } from './result-columns.ts'
import { checkRuntime } from './runtime.ts'
import { loadModules, placedPlan } from './shipped.ts'
import { UnitColumns } from './unit-columns.ts'
import { UnitRows } from './unit-rows.ts'

/**
 * The program on an executor: reads units from the bridge, one after another, and gives back their results. It runs until its
 * input ends.
 *
 *     node main.js JOB GUARD
 *
 * @param argv file of the job; file in which the record that is looked at is noted.
 */
export async function main([jobFile = '', guardFile = '']: readonly string[]): Promise<void> {
  const job = JSON.parse(readFileSync(jobFile, 'utf8')) as Job
  checkRuntime(job.runtime)
  const guard = new RecordGuard(guardFile)
  const folder = dirname(jobFile)
  const plan = placedPlan(job, folder)
  const settings = { ...job.settings, plan }
  const context = { ...(await taskContext(settings, () => loadModules(job.modules, plan, folder))), guard }
  const segment = plan.segments[job.segment]
  const isLast = segment?.kind === 'map' && segment.into === undefined
  const measures = signalNames({ steps: stepRecords(plan) }).length > 0
  const where = `${hostname()}:${process.cwd()}`
  const columns = new ResultColumns((stream) => writeMessage(OUT, 'arrow', stream))
  for (let begun = readMessage(IN); begun !== undefined; begun = readMessage(IN)) {
    if (begun.kind !== 'unit') throw new Error(`a unit was to begin, and ${begun.kind} came`)
    const { unit, faults } = JSON.parse(Buffer.from(begun.body).toString()) as UnitStart
    guard.begin(unit, faults)
    const output = new UnitColumns(columns, { unit, isLast, measures, where })
    const rows = new UnitRows(untilEnd())
    if (job.kind === 'call') output.answer(await answer(rows.work as Call))
    else if (job.kind === 'members') {
      const work = rows.work as MembersWork
      readMembers(context, { unit, step: job.segment, work }, rows.rest(), columns)
      output.answer({})
    } else if (job.kind === 'parts') {
      await readParts(context, job.segment, rows, output)
      output.answer({})
    } else if (job.kind === 'compare') {
      compareCandidates(context, { unit, step: job.segment }, rows.rest(), columns)
      output.answer({})
    } else output.finish(await fill(rows))
    rows.finish()
    columns.flush()
    guard.ended()
    writeMessage(OUT, 'end')

    function fill({ work, eachRow }: UnitRows): Promise<UnitCounts> {
      switch (job.kind) {
        case 'split':
          return fillFromSplit(context, work as SplitWork, output)
        case 'index':
          return fillIndex(context, work as SplitWork, output)
        case 'rows':
          return fillFromRows(context, work as RowsWork, output, eachRow)
        case 'left':
          return fillFromLeft(context, work as RowsWork, output, eachRow)
        default:
          return fillFromMatches(context, work as RowsWork, output, eachRow)
      }
    }
  }
}

const CALLS = { hashInputs, splitInput } as const

function answer({ name, input }: Call): Promise<unknown> {
  const call = CALLS[name] as (context: undefined, input: unknown) => Promise<unknown>
  return call(undefined, input)
}

const [IN, OUT] = [0, 1]

/** The parts of the input of a unit. */
function* untilEnd(): Generator<Uint8Array> {
  for (let message: Message | undefined = readMessage(IN); ; message = readMessage(IN)) {
    if (message === undefined) throw new Error('the input ended within a unit')
    if (message.kind === 'end') return
    yield message.body
  }
}

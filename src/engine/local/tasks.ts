import { existsSync } from 'node:fs'
import { hashInputs, splitInput } from '../input-tasks.ts'
import { scanSignals } from '../retune/scan-signals.ts'
import type { TaskContext } from '../units/context.ts'
import { measureSample } from './disk-check.ts'
import { type DealTask, type Dealt, deal, joinBuckets } from './exchanges/candidate-buckets.ts'
import { decideClusters, measureCompared, readMembers } from './exchanges/cluster-partition.ts'
import { duplicateRecords, groupPartition, joinPartition } from './exchanges/equal-keys.ts'
import { keysOfShard } from './exchanges/known-keys.ts'
import { copyMembers, indexShard, indexUnits } from './exchanges/near-index.ts'
import { decideParts, readKnownParts, readParts } from './exchanges/repeated-parts.ts'
import { mapUnits } from './map-tasks.ts'
import { writeShard } from './shard-tasks.ts'
import type { UnitAddress } from './unit-file.ts'
import { readDigests, type VerdictDigests, writeVerdicts } from './verdict-file.ts'

export interface PartitionTask {
  readonly left: readonly UnitAddress[]
  /** Present for a join. */
  readonly right?: readonly UnitAddress[]
  /** Of a group: keys of documents of other versions, which win. */
  readonly known?: readonly UnitAddress[]
  /** Leading bytes of the keys: from (included) to (not included). */
  readonly from: number
  readonly to: number
  readonly out: string
}

function decidePartition(_context: TaskContext, task: PartitionTask): VerdictDigests {
  if (!existsSync(task.out)) {
    const { left, right, known = [], from, to } = task
    writeVerdicts(
      task.out,
      right === undefined ? groupPartition(left, known, from, to) : joinPartition(left, right, from, to),
    )
  }
  return readDigests(task.out)
}

function dealBuckets(_context: TaskContext, task: DealTask): Dealt {
  return deal(task)
}

function findDuplicates(
  _context: TaskContext,
  task: { readonly units: readonly UnitAddress[]; readonly from: number; readonly to: number },
): ReturnType<typeof duplicateRecords> {
  return duplicateRecords(task.units, task.from, task.to)
}

/** Everything a worker can be asked to do, by name. Each is a function of its arguments and the files they name. */
export const TASKS = {
  hashInputs,
  measureSample,
  splitInput,
  mapUnits,
  decidePartition,
  joinBuckets,
  dealBuckets,
  measureCompared,
  readMembers,
  copyMembers,
  indexUnits,
  indexShard,
  keysOfShard,
  decideClusters,
  decideParts,
  readParts,
  readKnownParts,
  findDuplicates,
  writeShard,
  scanSignals,
} as const

export type TaskName = keyof typeof TASKS
export type TaskInput<N extends TaskName> = Parameters<(typeof TASKS)[N]>[1]
export type TaskOutput<N extends TaskName> = Awaited<ReturnType<(typeof TASKS)[N]>>

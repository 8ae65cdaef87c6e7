import { contentKey } from '../../plan/canonical.ts'
import type { PlanStep } from '../../plan/plan.ts'
import { stepKey } from '../../plan/plan.ts'
import type { ScriptOptions } from '../../stages/script.ts'
import { endProcesses, newProcessTable, type ProcessTable } from './process-table.ts'
import { Script } from './script.ts'

/** Scripts of this thread: a process serves one unit of work after another. */
const scripts = new Map<string, Script>()
let table: ProcessTable | undefined

/** Says where this thread notes its processes, so that another can end them; before the first is started. */
export function noteProcessesIn(given: ProcessTable): void {
  table = given
}

/** The script of a step. Nothing is started before it is asked. */
export function scriptOf(step: PlanStep): Script {
  const { code } = step
  if (code === undefined) throw new Error(`${step.name}: no script`)
  const key = contentKey([stepKey(step), code.location])
  const known = scripts.get(key)
  if (known !== undefined) return known
  const script = new Script(step.name, code, step.options as unknown as ScriptOptions, (table ??= ownTable()))
  scripts.set(key, script)
  return script
}

/** Ends the processes of this thread. */
export async function endScripts(): Promise<void> {
  const all = [...scripts.values()]
  scripts.clear()
  await Promise.all(all.map((script) => script.end()))
}

/** A main thread that goes away takes its processes with it. */
function ownTable(): ProcessTable {
  const own = newProcessTable()
  process.once('exit', () => endProcesses(own))
  return own
}

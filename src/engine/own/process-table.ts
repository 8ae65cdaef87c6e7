/** Processes that a thread can have at a time: one for each step that runs a script. */
const SLOTS = 64

/** Process ids of scripts by thread, in memory that threads share: a thread that is ended cannot end them itself. */
export type ProcessTable = Int32Array<SharedArrayBuffer>

export function newProcessTable(): ProcessTable {
  return new Int32Array(new SharedArrayBuffer(4 * SLOTS))
}

/** Writes a process down; gives what strikes it out again. */
export function noteProcess(table: ProcessTable, pid: number): () => void {
  for (let slot = 0; slot < table.length; slot++) {
    if (Atomics.compareExchange(table, slot, 0, pid) !== 0) continue
    return () => void Atomics.compareExchange(table, slot, pid, 0)
  }
  throw new Error(`more than ${SLOTS} scripts in one thread`)
}

/** Ends every process of a table, with those that it has started. */
export function endProcesses(table: ProcessTable): void {
  for (let slot = 0; slot < table.length; slot++) {
    const pid = Atomics.exchange(table, slot, 0)
    if (pid !== 0) endGroup(pid)
  }
}

/** Ends a process that leads a group, and the group. */
export function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    // It ended by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

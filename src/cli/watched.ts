import type { RunOptions, RunResult } from '../engine/engine.ts'
import { onInterrupt } from './interrupt.ts'
import { progressView } from './progress.ts'
import { paint, styleOf } from './terminal.ts'

/** Runs a plan with its progress on standard error, and stops it at an interrupt. */
export async function watched(
  run: (watch: Required<Pick<RunOptions, 'progress' | 'warn' | 'signal'>>) => Promise<RunResult>,
): Promise<RunResult> {
  const say = (text: string): void => void process.stderr.write(text)
  const style = styleOf(process.stderr, process.env)
  const view = progressView(say, process.stderr.isTTY === true, style)
  const warn = (text: string): void => {
    view.end()
    say(`${paint('warning', 'accent', style)}: ${text}\n`)
  }
  const stop = new AbortController()
  const letGo = onInterrupt(() => stop.abort())
  try {
    return await run({ progress: view.show, warn, signal: stop.signal })
  } finally {
    view.end()
    letGo()
  }
}

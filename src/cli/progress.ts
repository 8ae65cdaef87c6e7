import type { Progress } from '../engine/engine.ts'
import { bar, bytes, count, duration, type Style } from './terminal.ts'

/** Shows how a run goes on. Call {@link ProgressView.end} before anything else is printed. */
export interface ProgressView {
  readonly show: (progress: Progress) => void
  readonly end: () => void
}

const PLAIN_EVERY_MS = 5_000
const LIVE_EVERY_MS = 100

/**
 * On a terminal, one line that is drawn over; elsewhere a plain line when a phase begins, every few
 * seconds, and when it ends.
 */
export function progressView(
  write: (text: string) => void,
  live: boolean,
  style: Style,
  now: () => number = () => performance.now(),
): ProgressView {
  let phase = ''
  let begun = 0
  let shown = Number.NEGATIVE_INFINITY
  let drawn = false
  return {
    show: (progress) => {
      const at = now()
      const key = `${progress.phase}\0${progress.name}`
      const isNew = key !== phase
      if (isNew) {
        phase = key
        begun = at
      }
      const ended = progress.done === progress.total
      const due = at - shown >= (live ? LIVE_EVERY_MS : PLAIN_EVERY_MS)
      if (!isNew && !ended && !due) return
      // A phase that has nothing to do is not worth a line.
      if (progress.total === 0) return
      shown = at
      const line = lineOf(progress, (at - begun) / 1000, live, style)
      write(live ? `\r\x1b[K${line}${ended ? '\n' : ''}` : `${line}\n`)
      drawn = live && !ended
    },
    end: () => {
      if (drawn) write('\n')
      drawn = false
    },
  }
}

function lineOf(progress: Progress, seconds: number, live: boolean, style: Style): string {
  const { done, total, doneBytes, totalBytes } = progress
  const ratio = totalBytes > 0 ? doneBytes / totalBytes : total > 0 ? done / total : 1
  const label = `${progress.phase.padEnd(9)} ${progress.name}`
  const room = live ? Math.max(12, Math.min(40, style.width - 60)) : 0
  const parts = [
    live ? `${label.slice(0, room).padEnd(room)} ${bar(ratio, 20)}` : label,
    `${count(done)} of ${count(total)}`,
  ]
  if (totalBytes > 0) parts.push(`${bytes(doneBytes)} of ${bytes(totalBytes)}`)
  if (seconds > 0.5 && doneBytes > 0) parts.push(`${bytes(doneBytes / seconds)}/s`)
  if (seconds > 0.5 && ratio > 0 && ratio < 1) parts.push(`${duration((seconds / ratio) * (1 - ratio))} left`)
  return parts.join('   ')
}

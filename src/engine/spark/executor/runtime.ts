import { TilthError } from '../../../model/error.ts'
import { textRuntime } from '../../text-runtime.ts'
import type { Job } from './job.ts'

/** The versions of this process that decide what comes out. */
export function runtimeHere(): Job['runtime'] {
  return { node: process.versions.node, ...textRuntime() }
}

/**
 * @throws TilthError `input` where this executor's Node has another major version, or other tables of characters, than the
 * machine of the run: it would give other texts.
 */
export function checkRuntime(wanted: Job['runtime'], here: Job['runtime'] = runtimeHere()): void {
  const major = ({ node }: Job['runtime']): string => node.split('.')[0] ?? ''
  const differing = [
    ...(major(wanted) === major(here) ? [] : [`Node ${here.node} in place of ${wanted.node}`]),
    ...(wanted.unicode === here.unicode ? [] : [`Unicode ${here.unicode} in place of ${wanted.unicode}`]),
    ...(wanted.icu === here.icu ? [] : [`ICU ${here.icu} in place of ${wanted.icu}`]),
  ]
  if (differing.length === 0) return
  throw new TilthError('input', `this executor runs ${differing.join(', ')}`, {
    hint: `install Node ${wanted.node} on the executors, or ship it: tilth spark pack`,
  })
}

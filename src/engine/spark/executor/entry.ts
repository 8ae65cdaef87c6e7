import { writeFileSync } from 'node:fs'
import { threadError } from '../../thread-error.ts'
import { main } from './main.ts'
import { writeMessage } from './messages.ts'

/** What the bridge starts. An error is told as a message, and ends the process. */
try {
  // When memory runs out, this process is the one to go: the bridge knows what to do then, Spark does not.
  writeFileSync('/proc/self/oom_score_adj', '900')
} catch {
  // Not Linux, or not allowed: then chance decides.
}
main(process.argv.slice(2)).catch((error: unknown) => {
  writeMessage(1, 'error', Buffer.from(JSON.stringify(threadError(error))))
  process.exitCode = 1
})

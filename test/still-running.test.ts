import { expect, it } from 'vitest'
import { StillRunning } from './still-running.ts'

const slow = { relativeModuleId: 'test/slow.test.ts' }
const quick = { relativeModuleId: 'test/quick.test.ts' }

it('names the file and the test that do not end, and nothing else', () => {
  const lines: string[] = []
  let now = 0
  const reporter = new StillRunning(
    (line) => lines.push(line),
    () => now,
  )
  reporter.onTestModuleQueued(quick)
  reporter.onTestModuleEnd(quick)
  reporter.onTestModuleQueued(slow)
  now = 61_000
  reporter.look()
  reporter.onTestCaseReady({ fullName: 'a > hangs', module: slow })
  now = 100_000
  reporter.look()
  now = 121_000
  reporter.look()
  reporter.onTestCaseResult({ fullName: 'a > hangs', module: slow })
  now = 200_000
  reporter.look()
  reporter.onTestModuleEnd(slow)
  reporter.look()
  expect(lines).toEqual([
    'still running for 61 s: test/slow.test.ts > its start',
    'still running for 60 s: test/slow.test.ts > a > hangs',
    'still running for 79 s: test/slow.test.ts > what follows a > hangs',
  ])
})

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Adds up what the test runner reported of each tier, and prints one line: `tests: N passed, N failed, N skipped`. */
interface Results {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
}

const dir = process.argv[2] ?? '.test-results'
const results = readdirSync(dir).map((file) => JSON.parse(readFileSync(join(dir, file), 'utf8')) as Results)
const sum = (field: keyof Results): number => results.reduce((total, result) => total + result[field], 0)
process.stdout.write(
  `tests: ${sum('numPassedTests')} passed, ${sum('numFailedTests')} failed, ${sum('numPendingTests')} skipped\n`,
)
if (sum('numPassedTests') === 0 || sum('numFailedTests') > 0) process.exitCode = 1

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'

const SCRIPT = readFileSync(resolve(import.meta.dirname, '../.ci/run'), 'utf8')
/** What stands between a run of the whole and its loss. */
const MOST_MINUTES = 80

it('gives every step of CI a limit, together less than a run of CI may take', () => {
  const minutes = [...SCRIPT.matchAll(/^\s*step (\d+) /gm)].map((match) => Number(match[1]))
  expect(minutes.length).toBeGreaterThanOrEqual(6)
  expect(minutes.reduce((sum, each) => sum + each, 0)).toBeLessThan(MOST_MINUTES)
  for (const command of ['npm ci', 'npm test', 'npm run demo', 'npm run test:slow'])
    expect(SCRIPT).toMatch(new RegExp(`^step \\d+ ${command}$`, 'm'))
})

it.skipIf(process.platform !== 'linux')('says which step did not end, and which failed', () => {
  const step = /^step\(\) \{\n[^]*?^\}\n/m.exec(SCRIPT)?.[0] ?? ''
  const script = `set -euo pipefail\nstarted=$SECONDS\n${step}\nstep 0.002 sleep 60`
  const hung = spawnSync('bash', ['-c', script], { encoding: 'utf8' })
  expect(hung.stderr).toContain('ci: DID NOT END within 0.002 minutes')
  expect(hung.stderr).toContain('sleep 60: ')
  expect(hung.status).toBe(124)
  const failed = spawnSync('bash', ['-c', script.replace('sleep 60', 'false')], { encoding: 'utf8' })
  expect(failed.stderr).toContain('ci: FAILED with code 1: false')
  expect(failed.status).toBe(1)
})

it('ends a property that would look for a smaller counterexample without end', () => {
  expect(readFileSync(resolve(import.meta.dirname, '../vitest.config.ts'), 'utf8')).toContain(
    "setupFiles: ['test/property-limit.ts']",
  )
  // Two floating-point numbers that must stay beside each other get smaller by their last digit a step.
  const number = fc.double({ noNaN: true, min: -1e9, max: 1e9 })
  const near = fc.property(fc.array(number), (list) => {
    const isNear = (a: number, b: number): boolean => a !== b && Math.abs(a - b) < Math.abs(a) * 1e-12
    return list.every((each, at) => at === 0 || !isNear(each, list[at - 1] ?? 0))
  })
  const begun = performance.now()
  const result = fc.check(near, { seed: 49, plugins: [fc.interruptAfterTimeLimit(500)] })
  expect(result.failed).toBe(true)
  const ms = performance.now() - begun
  expect(ms, 'it did look for smaller ones').toBeGreaterThan(450)
  expect(ms).toBeLessThan(10_000)
})

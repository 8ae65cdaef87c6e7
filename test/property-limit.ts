import fc from 'fast-check'

/**
 * Draws properties: the same cases in each run, so that a change alone turns a test red. To look for more:
 * `TILTH_PROPERTY_SEED=random npx vitest run --project fast`, which new properties should pass many times,
 * or `TILTH_PROPERTY_RUNS=5000 npx vitest run FILE` where a property has the default of 100 runs.
 */
const { TILTH_PROPERTY_RUNS: runs, TILTH_PROPERTY_SEED: seed = '20260923' } = process.env

if (seed !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) })
if (runs !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), numRuns: Number(runs) })
// Ends a property that does not end, within the time limit of its test: it runs without a break, so that the
// test runner cannot stop it, and making a counterexample of floating-point numbers smaller can take for ever.
else fc.installGlobalPlugin(fc.interruptAfterTimeLimit(40_000, { failOnInterrupt: true }))

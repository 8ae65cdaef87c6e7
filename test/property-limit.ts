import fc from 'fast-check'

/** Draws a property, when more than the 100 of every run are wanted: `TILTH_PROPERTY_RUNS=5000 npx vitest run FILE`. */
const { TILTH_PROPERTY_RUNS: runs } = process.env

if (runs !== undefined) fc.configureGlobal({ numRuns: Number(runs) })
// Ends a property that does not end, within the time limit of its test: it runs without a break, so that the
// test runner cannot stop it, and making a counterexample of floating-point numbers smaller can take for ever.
else fc.installGlobalPlugin(fc.interruptAfterTimeLimit(40_000, { failOnInterrupt: true }))

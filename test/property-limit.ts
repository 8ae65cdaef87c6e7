import fc from 'fast-check'

/**
 * Ends a property that does not end, within the time limit of its test.
 *
 * A property runs without a break, so that the test runner's own limit cannot stop it, and making a
 * counterexample of floating-point numbers smaller can take for ever. What was found by then is reported.
 */
fc.installGlobalPlugin(fc.interruptAfterTimeLimit(40_000, { failOnInterrupt: true }))

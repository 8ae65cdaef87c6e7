import { describe } from 'vitest'
import { checkGolden, readGolden } from './rule-golden-check.ts'

// All of them, and the pages of 100,000 words, are in test/slow/rule-golden.test.ts.
describe("datatrove's own verdicts around each limit, a few", () => {
  checkGolden(readGolden(), 20, (maker) => !maker.endsWith('/too-long'))
})

import { describe, expect, it } from 'vitest'
import { checkGolden, readGolden } from '../rule-golden-check.ts'
import { MAKERS } from '../rule-texts.ts'

const golden = readGolden()

describe("datatrove's own verdicts around each limit", () => {
  // Only one text is empty.
  const ONE_TEXT = 'gopher-repetition@datatrove-0.10/empty'

  it.each(Object.keys(MAKERS))('%s has 200 texts on each side', (maker) => {
    expect(golden[maker]?.kept.length).toBeGreaterThanOrEqual(200)
    expect(golden[maker]?.dropped.length).toBeGreaterThanOrEqual(maker === ONE_TEXT ? 1 : 200)
  })

  checkGolden(golden, Number.POSITIVE_INFINITY, () => true)
})

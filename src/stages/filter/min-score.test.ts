import { describe, expect, it } from 'vitest'
import { documentOf } from '../../../test/webtext-documents.ts'
import type { Meta } from '../../model/document.ts'
import { decide } from '../../model/stage.ts'
import { minScore } from './min-score.ts'

function reasonOf(meta: Meta, options: object = {}) {
  const parsed = minScore.options.parse(options)
  const verdict = decide(minScore.rules(parsed), minScore.measure(parsed)(documentOf('', meta)))
  return verdict.keep ? undefined : verdict.rule.reason
}

describe('min-score', () => {
  it.each([
    [{ score: 3 }, {}, undefined, 'exactly the limit of the paper'],
    [{ score: 2 }, {}, 'below-min-score', 'one below it'],
    [{ score: 0 }, { minScore: 0 }, undefined, 'zero is a score and a limit'],
    [{ score: -1 }, { minScore: 0 }, 'below-min-score', 'more against than for'],
    [{ score: null }, {}, 'no-score', 'not known'],
    [{}, {}, 'no-score', 'not a link of Reddit'],
    [{ score: '9' }, {}, 'no-score', 'text is no number'],
  ])('%j with %j: %s, %s', (meta, options, reason, _why) => {
    expect(reasonOf(meta, options)).toBe(reason)
  })

  it.each([[{ minscore: 3 }], [{ minScore: '3' }], [{ minScore: 2.5 }]])('refuses options %j', (options) => {
    expect(() => minScore.options.parse(options)).toThrow(/min[sS]core/)
  })
})

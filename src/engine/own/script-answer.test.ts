import { expect, it } from 'vitest'
import { checkAnswer } from './script-answer.ts'

it.each([
  [{ signals: [{ a: 1 }] }, 2, 'score() gave 1 row for 2 documents', undefined],
  [{ signals: [{ a: 1 }, { b: 1 }] }, 2, 'score() gave no signal "a"', 1],
  [{ signals: [{ a: 1, upper: 2 }] }, 1, 'score() gave a signal "upper" that the recipe does not name', 0],
  [
    { signals: [{ a: 1, 'jo@mail.org': 2 }] },
    1,
    'score() gave a signal that the recipe does not name, and whose name could not be one',
    0,
  ],
])('says what is wrong with %j, and no word of a text', (answer, documents, wrong, at) => {
  expect(checkAnswer(answer, documents, ['a'])).toEqual({ wrong, at })
})

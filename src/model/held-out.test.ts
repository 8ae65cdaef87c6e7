import { expect, it } from 'vitest'
import { fewHeldOut, heldOutCounts } from './held-out.ts'

const source = (name: string, role: string, heldOut: number, auc: number | null = 0.9) => ({
  name,
  role,
  heldOut,
  auc,
})

it('an AUC of few documents says of how many', () => {
  const sources = [
    source('books', 'positives', 1, 1),
    source('webtext', 'positives', 400),
    source('wiki', 'positives', 0, null),
    source('crawl', 'negatives', 900),
  ]
  expect(heldOutCounts(sources)).toEqual({ positives: 401, negatives: 900 })
  expect(fewHeldOut(sources)).toEqual(['books: its AUC of 1.000 is of 1 held-out document, and says little'])
  expect(fewHeldOut([source('a', 'positives', 500), source('b', 'negatives', 12)])).toEqual([
    'b: its AUC of 0.900 is of 12 held-out documents, and says little',
    'the AUC of all is of 500 positive and 12 negative documents held out',
  ])
  expect(fewHeldOut([source('a', 'positives', 30), source('b', 'negatives', 30)])).toEqual([])
})

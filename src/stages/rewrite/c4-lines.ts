import { z } from 'zod'
import { defineRewrite } from '../../model/stage.ts'
import { c4Text, type LineRules } from '../../rules/c4/lines.ts'
import { C4_CODE, C4_DATATROVE, C4_DATATROVE_NOPUNCT, C4_PAPER } from '../../rules/c4/pages.ts'
import { scanOf } from '../../rules/scan/latest-scan.ts'

/** Keeps the lines that pass a source's rules on lines; see the constants of {@link LineRules}. */
function c4Lines(source: string, rules: LineRules) {
  return defineRewrite({
    name: `c4-lines@${source}`,
    revision: 1,
    description: `Keeps the lines that pass C4's rules on lines, ${SOURCES[source] ?? ''}.`,
    options: z.strictObject({}),
    reasons: { empty: 'no line stays' },
    create: () => (document) => {
      const text = c4Text(scanOf(document.text), rules)
      return text === '' ? { drop: 'empty' } : [{ text, meta: document.meta }]
    },
  })
}

const SOURCES: Readonly<Record<string, string>> = {
  paper: 'as its paper says them',
  code: 'as the code that made C4 has them',
  'datatrove-0.10': 'as datatrove 0.10 has them',
  'datatrove-0.10-nopunct': "as FineWeb ran datatrove's filter",
}

export const c4LinesPaper = c4Lines('paper', C4_PAPER)
export const c4LinesCode = c4Lines('code', C4_CODE)
export const c4LinesDatatrove = c4Lines('datatrove-0.10', C4_DATATROVE)
export const c4LinesDatatroveNopunct = c4Lines('datatrove-0.10-nopunct', C4_DATATROVE_NOPUNCT)

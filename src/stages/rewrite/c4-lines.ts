import { z } from 'zod'
import { defineRewrite, type LineRule } from '../../model/stage.ts'
import { CODE_NAMES, c4LineRules, DATATROVE_NAMES, PAPER_NAMES } from '../../rules/c4/line-rules.ts'
import { c4Text, type LineRules } from '../../rules/c4/lines.ts'
import {
  C4_CODE,
  C4_DATATROVE,
  C4_DATATROVE_NOPUNCT,
  C4_PAPER,
  CODE_SOURCE,
  DATATROVE_SOURCE,
  PAPER_SOURCE,
} from '../../rules/c4/pages.ts'
import { scanOf } from '../../rules/scan/latest-scan.ts'

/** Keeps the lines that pass a source's rules on lines; see the constants of {@link LineRules}. */
function c4Lines(source: string, rules: LineRules, lineRules: readonly LineRule[]) {
  return defineRewrite({
    name: `c4-lines@${source}`,
    revision: source === 'paper' ? 2 : 1,
    description: `Keeps the lines that pass C4's rules on lines, ${SOURCES[source] ?? ''}.`,
    options: z.strictObject({}),
    reasons: { empty: 'no line stays' },
    lineRules,
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

export const c4LinesPaper = c4Lines('paper', C4_PAPER, c4LineRules(C4_PAPER, PAPER_NAMES, PAPER_SOURCE))
export const c4LinesCode = c4Lines('code', C4_CODE, c4LineRules(C4_CODE, CODE_NAMES, CODE_SOURCE))
export const c4LinesDatatrove = c4Lines(
  'datatrove-0.10',
  C4_DATATROVE,
  c4LineRules(C4_DATATROVE, DATATROVE_NAMES, DATATROVE_SOURCE),
)
export const c4LinesDatatroveNopunct = c4Lines(
  'datatrove-0.10-nopunct',
  C4_DATATROVE_NOPUNCT,
  c4LineRules(C4_DATATROVE_NOPUNCT, DATATROVE_NAMES, DATATROVE_SOURCE),
)

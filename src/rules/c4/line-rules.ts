import type { LineRule } from '../../model/stage.ts'
import { POLICIES } from './line-facts.ts'
import type { LineRules } from './lines.ts'

/** What a source calls C4's rules on lines; empty for one that it does not have. */
export interface LineRuleNames {
  readonly longWord: string
  readonly citations: string
  readonly end: string
  readonly fewWords: string
  readonly javascript: string
  readonly policy: string
}

export const PAPER_NAMES: LineRuleNames = {
  longWord: '',
  citations: 'citation markers',
  end: 'terminal punctuation mark',
  fewWords: 'fewer than 3 words',
  javascript: 'the word Javascript',
  policy: 'boilerplate policy notices',
}

export const CODE_NAMES: LineRuleNames = {
  longWord: 'lines-with-too-long-word',
  citations: 'citation_regex',
  end: 'lines-no-endmark',
  fewWords: 'lines-too-short',
  javascript: 'lines-javascript',
  policy: 'lines-policy',
}

export const DATATROVE_NAMES: LineRuleNames = {
  longWord: 'line-filter-too_long_word',
  citations: 'remove_citations',
  end: 'line-filter-no_terminal_punc',
  fewWords: 'line-filter-too_few_words',
  javascript: 'line-filter-javascript',
  policy: 'line-filter-policy',
}

/** C4's rules on lines as a source has them, in the order in which they are applied. */
export function c4LineRules(rules: LineRules, names: LineRuleNames, source: string): readonly LineRule[] {
  const { endMarks, dropEllipsis, minWordsPerLine, maxWordLength, countCitations } = rules
  const end = `lines that end in none of ${endMarks?.map((mark) => `\`${mark}\``).join(' ')}${
    dropEllipsis ? ', or in `...`' : ''
  }`
  const fewWords = `lines of fewer than ${minWordsPerLine} words, citations ${countCitations ? 'counted' : 'not counted'}`
  const longWord = `lines with a word of more than ${maxWordLength} characters`
  const each = [
    ...(maxWordLength === undefined ? [] : [['long-word', longWord, names.longWord] as const]),
    ['citations', 'marks `[1]`, `[edit]` and `[citation needed]`, of lines that stay', names.citations],
    ...(endMarks === undefined ? [] : [['no-end-mark', end, names.end] as const]),
    ['few-words', fewWords, names.fewWords],
    ['javascript', 'lines with "javascript"', names.javascript],
    ['policy', `lines with ${POLICIES.map((phrase) => `"${phrase}"`).join(', ')}`, names.policy],
  ] as const
  return each.map(([reason, takesOut, peerReason]) => ({ reason, takesOut, peerReason, source }))
}

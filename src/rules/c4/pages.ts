import type { Rule, Signals } from '../../model/stage.ts'
import { atLeast, atMost, type RulePart } from '../rule-part.ts'
import type { TextScan } from '../scan/text-scan.ts'
import { c4Lines, type LineRules } from './lines.ts'

/** `. ! ? "` */
const ENGLISH_ENDS: readonly number[] = [0x2e, 0x21, 0x3f, 0x22]

/**
 * C4's rules on lines as the paper says them: a line ends in a period, exclamation mark, question mark or end
 * quotation mark, and has three words. Citations such as `[1]` are cut out, and lines with "javascript" or with one of
 * six phrases of policy notices are dropped.
 *
 * @see Raffel et al. 2020, "Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer", 2.2.
 */
export const C4_PAPER: LineRules = {
  endMarks: [...ENGLISH_ENDS, 0x201d],
  dropEllipsis: false,
  minWordsPerLine: 3,
  maxWordLength: undefined,
  countCitations: false,
  wholePage: true,
}

/** As `c4_utils.py` of TensorFlow Datasets has them: 5 words a line, where the paper says 3; `...` is no end. */
export const C4_CODE: LineRules = {
  endMarks: ENGLISH_ENDS,
  dropEllipsis: true,
  minWordsPerLine: 5,
  maxWordLength: 1000,
  countCitations: false,
  wholePage: false,
}

/** As datatrove's `C4QualityFilter` has them: `'` is an end too, and citations count as words. */
export const C4_DATATROVE: LineRules = {
  endMarks: [...ENGLISH_ENDS, 0x27],
  dropEllipsis: true,
  minWordsPerLine: 3,
  maxWordLength: 1000,
  countCitations: true,
  wholePage: false,
}

/** As FineWeb ran that filter: a line may end in anything. */
export const C4_DATATROVE_NOPUNCT: LineRules = { ...C4_DATATROVE, endMarks: undefined }

const SIGNALS = {
  loremIpsum:
    '1 where "lorem ipsum" ends the page, else 0. The source looks no further, so a bracket behind it does not count.',
  curlyBracket:
    '1 where a `{` ends the page, else 0. The source looks no further, so a "lorem ipsum" behind it does not count.',
  sentences: 'Sentences in the lines that stay, counted as if nothing had ended the page.',
  lines: 'Lines that hold more than white space.',
  keptLines: 'Of these, the lines that stay.',
}

function measureWith(rules: LineRules): (scan: TextScan) => Signals {
  return (scan) => {
    const { lines, keptLines, sentences, ending } = c4Lines(scan, rules)
    return {
      loremIpsum: Number(ending === 'lorem-ipsum'),
      curlyBracket: Number(ending === 'curly-bracket'),
      sentences,
      lines,
      keptLines,
    }
  }
}

function rulesOf(
  source: string,
  minSentences: number,
  peer: { readonly lorem: string; readonly bracket: string; readonly sentences: string },
): readonly Rule[] {
  return [
    atMost('loremIpsum', 0, 'maxLoremIpsum', 'lorem-ipsum', peer.lorem, source),
    atMost('curlyBracket', 0, 'maxCurlyBracket', 'curly-bracket', peer.bracket, source),
    atLeast('sentences', minSentences, 'minSentences', 'few-sentences', peer.sentences, source),
  ]
}

export const PAPER_SOURCE = 'Raffel et al. 2020 (C4), section 2.2'

/**
 * C4's rules on pages as the paper says them: no `{`, no "lorem ipsum", five sentences. Sentences are counted as
 * spaCy's sentencizer does. Its list of bad words, the language (English at 0.99 by langdetect) and the removal of
 * spans of three sentences seen before are steps of their own and not part of this.
 */
export const c4PagePaper: RulePart = {
  name: 'c4-page@paper',
  revision: 2,
  description: "Drops pages that break C4's rules, as its paper says them.",
  signals: SIGNALS,
  rules: rulesOf(PAPER_SOURCE, 5, {
    lorem: 'the phrase "lorem ipsum"',
    bracket: 'a curly bracket',
    sentences: 'fewer than 5 sentences',
  }),
  measure: measureWith(C4_PAPER),
}

export const CODE_SOURCE = 'TensorFlow Datasets, c4_utils.py'

/**
 * C4's rules on pages as the code that made it has them: at most 190,000 characters, and three sentences where the
 * paper says five. The code counts sentences with NLTK's Punkt; ours are those of spaCy's sentencizer. The list of
 * bad words, the language and the removal of lines seen on another page are not part of this.
 *
 * @see https://github.com/tensorflow/datasets, `tensorflow_datasets/text/c4_utils.py`
 */
export const c4PageCode: RulePart = {
  name: 'c4-page@code',
  revision: 1,
  description: "Drops pages that break C4's rules, as the code that made C4 has them.",
  signals: { characters: 'Characters of the page.', ...SIGNALS },
  rules: [
    atMost('characters', 190_000, 'maxCharacters', 'too-long', 'filtered-page-contenttoolong', CODE_SOURCE),
    ...rulesOf(CODE_SOURCE, 3, {
      lorem: 'filtered-page-loremipsum',
      bracket: 'filtered-page-squigglybracket',
      sentences: 'filtered-page-toofewsentences',
    }),
  ],
  measure: (scan) => ({ characters: scan.points, ...measureWith(C4_CODE)(scan) }),
}

export const DATATROVE_SOURCE = 'datatrove 0.10.1, c4_filters.py'
const DATATROVE_REASONS = { lorem: 'lorem_ipsum', bracket: 'curly_bracket', sentences: 'too_few_sentences' }

/**
 * C4's rules on pages as datatrove's `C4QualityFilter` has them.
 *
 * @see https://github.com/huggingface/datatrove, `src/datatrove/pipeline/filters/c4_filters.py`
 */
export const c4PageDatatrove: RulePart = {
  name: 'c4-page@datatrove-0.10',
  revision: 1,
  description: "Drops pages that break C4's rules, as datatrove 0.10 has them.",
  signals: SIGNALS,
  rules: rulesOf(DATATROVE_SOURCE, 5, DATATROVE_REASONS),
  measure: measureWith(C4_DATATROVE),
}

/** The same without the rule that a line ends in punctuation, as FineWeb ran it. */
export const c4PageDatatroveNopunct: RulePart = {
  ...c4PageDatatrove,
  name: 'c4-page@datatrove-0.10-nopunct',
  description:
    "Drops pages that break C4's rules, as FineWeb ran datatrove's filter: lines may end in anything.",
  measure: measureWith(C4_DATATROVE_NOPUNCT),
}

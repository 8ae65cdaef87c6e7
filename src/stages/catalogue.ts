import { nearest, TilthError } from '../model/error.ts'
import type { Stage } from '../model/stage.ts'
import { quality } from './annotate/quality.ts'
import { textStats } from './annotate/text-stats.ts'
import { book } from './extract/book.ts'
import { document } from './extract/document.ts'
import { file } from './extract/file.ts'
import { html } from './extract/html.ts'
import { redditLinks } from './extract/reddit-links.ts'
import { row } from './extract/row.ts'
import { wikipedia } from './extract/wikipedia.ts'
import { ccnet } from './filter/ccnet.ts'
import { heuristicCleaning } from './filter/heuristic-cleaning.ts'
import { importedSignals } from './filter/imported-signals.ts'
import { language } from './filter/language.ts'
import { linkTarget } from './filter/link-target.ts'
import { minScore } from './filter/min-score.ts'
import { notWikipedia } from './filter/not-wikipedia.ts'
import { personalData } from './filter/personal-data.ts'
import { qualityPareto } from './filter/quality-pareto.ts'
import { signalLimits } from './filter/signal-limits.ts'
import { urlRules } from './filter/url-rules.ts'
import { bestPost } from './group/best-post.ts'
import { decontaminate } from './group/decontaminate.ts'
import { dedupExact } from './group/dedup-exact.ts'
import { dedupMinhash } from './group/dedup-minhash.ts'
import { dedupSemantic } from './group/dedup-semantic.ts'
import { dedupSubstring } from './group/dedup-substring.ts'
import { dedupUrl } from './group/dedup-url.ts'
import { dedupLines, dedupParagraphs } from './group/repeated-parts.ts'
import { crawl } from './join/crawl.ts'
import { cleanTextStage } from './rewrite/clean-text.ts'
import { identifyLanguage } from './rewrite/identify-language.ts'
import { licence } from './rewrite/licence.ts'
import { maskPersonalData } from './rewrite/mask-personal-data.ts'
import { repairText } from './rewrite/repair-text.ts'
import { RULE_SETS, RULE_STAGES } from './rule-sets.ts'

/** Every built-in stage, by kind and name. A stage of a user's own is named by path instead. */
export const STAGES: readonly Stage[] = [
  // extract
  book,
  document,
  file,
  html,
  redditLinks,
  row,
  wikipedia,
  // rewrite
  cleanTextStage,
  identifyLanguage,
  licence,
  maskPersonalData,
  repairText,
  // filter
  ccnet,
  heuristicCleaning,
  importedSignals,
  language,
  linkTarget,
  minScore,
  notWikipedia,
  personalData,
  qualityPareto,
  signalLimits,
  urlRules,
  // annotate
  quality,
  textStats,
  // group
  bestPost,
  decontaminate,
  dedupExact,
  dedupLines,
  dedupMinhash,
  dedupParagraphs,
  dedupSemantic,
  dedupSubstring,
  dedupUrl,
  // join
  crawl,
  // published rule sets: filter, annotate and rewrite
  ...RULE_STAGES,
]

/**
 * The built-in stage of a name.
 *
 * @throws TilthError `recipe` where there is none, with the nearest name as a hint.
 */
export function stageNamed(name: string): Stage {
  const stage = STAGES.find((candidate) => candidate.name === name)
  if (stage !== undefined) return stage
  const sets = RULE_SETS.map((set) => set.name)
  const sources = sets.filter((set) => set.startsWith(`${name}@`))
  if (sources.length > 0) {
    throw new TilthError('recipe', `there is no stage or rule set named "${name}"`, {
      hint: `its sources give other verdicts: name one of ${sources.join(', ')}`,
    })
  }
  const near = nearest(name, [...new Set([...STAGES.map((candidate) => candidate.name), ...sets])])
  throw new TilthError('recipe', `there is no stage named "${name}"`, {
    hint:
      near === undefined
        ? `the stages are ${STAGES.map((candidate) => candidate.name).join(', ')}`
        : `did you mean "${near}"?`,
  })
}

import * as c4 from '../rules/c4/pages.ts'
import { finewebCode as finewebCodePart } from '../rules/fineweb/code.ts'
import { finewebDatatrove as finewebDatatrovePart } from '../rules/fineweb/datatrove.ts'
import { finewebPaper as finewebPaperPart } from '../rules/fineweb/paper.ts'
import { gopherQualityDatatrove as gopherQualityDatatrovePart } from '../rules/gopher-quality/datatrove.ts'
import { gopherQualityDclm as gopherQualityDclmPart } from '../rules/gopher-quality/dclm.ts'
import { gopherQualityDolma as gopherQualityDolmaPart } from '../rules/gopher-quality/dolma.ts'
import { gopherQualityPaper as gopherQualityPaperPart } from '../rules/gopher-quality/paper.ts'
import { gopherRepetitionDatatrove as gopherRepetitionDatatrovePart } from '../rules/gopher-repetition/datatrove.ts'
import { gopherRepetitionDclm as gopherRepetitionDclmPart } from '../rules/gopher-repetition/dclm.ts'
import { gopherRepetitionDolma as gopherRepetitionDolmaPart } from '../rules/gopher-repetition/dolma.ts'
import { gopherRepetitionPaper as gopherRepetitionPaperPart } from '../rules/gopher-repetition/paper.ts'
import { redpajamaV2 as redpajamaV2Part } from '../rules/redpajama-v2/signals.ts'
import { refinedWebPage as refinedWebPagePart } from '../rules/refinedweb/page.ts'
import { rulePartAnnotate, rulePartFilter } from './filter/rule-part-filter.ts'

// The deciding steps of the published rule sets: their docstrings stand beside the rules.
export const gopherQualityPaper = rulePartFilter(gopherQualityPaperPart)
export const gopherQualityDatatrove = rulePartFilter(gopherQualityDatatrovePart)
export const gopherQualityDolma = rulePartFilter(gopherQualityDolmaPart)
export const gopherQualityDclm = rulePartFilter(gopherQualityDclmPart)
export const gopherRepetitionPaper = rulePartFilter(gopherRepetitionPaperPart)
export const gopherRepetitionDatatrove = rulePartFilter(gopherRepetitionDatatrovePart)
export const gopherRepetitionDolma = rulePartFilter(gopherRepetitionDolmaPart)
export const gopherRepetitionDclm = rulePartFilter(gopherRepetitionDclmPart)
export const finewebPaper = rulePartFilter(finewebPaperPart)
export const finewebCode = rulePartFilter(finewebCodePart)
export const finewebDatatrove = rulePartFilter(finewebDatatrovePart)
export const c4PagePaper = rulePartFilter(c4.c4PagePaper)
export const c4PageCode = rulePartFilter(c4.c4PageCode)
export const c4PageDatatrove = rulePartFilter(c4.c4PageDatatrove)
export const c4PageDatatroveNopunct = rulePartFilter(c4.c4PageDatatroveNopunct)
export const redpajamaV2 = rulePartAnnotate(redpajamaV2Part)
export const refinedWebPage = rulePartFilter(refinedWebPagePart)
export { c4LinesCode, c4LinesDatatrove, c4LinesDatatroveNopunct, c4LinesPaper } from './rewrite/c4-lines.ts'
export { refinedWebLines } from './rewrite/refinedweb-lines.ts'

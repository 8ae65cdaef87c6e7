import type { Maker } from './makers.ts'
import { quality } from './quality-maker.ts'
import { mixture, tokens } from './token-makers.ts'

/** What parts of recipes can make, beside the datasets of the recipes that they run. */
export const MAKERS: readonly Maker[] = [quality, tokens, mixture]

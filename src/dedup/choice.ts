import { type PresetName, SKETCH_PRESETS } from './presets.ts'
import type { SketchSpec } from './sketch-spec.ts'

/** What is taken where nobody says otherwise: FineWeb's sketch, and a stricter threshold. */
const DEFAULT = { spec: SKETCH_PRESETS.fineweb.spec, threshold: 0.8 }

export const PRESET_NAMES = ['default', ...(Object.keys(SKETCH_PRESETS) as PresetName[])] as const

export type Preset = (typeof PRESET_NAMES)[number]

/** A preset, and numbers in the place of its own. */
export interface SketchChoice {
  readonly preset: Preset
  readonly unit?: SketchSpec['unit'] | undefined
  readonly ngram?: number | undefined
  readonly bands?: number | undefined
  readonly rows?: number | undefined
  readonly threshold?: number | undefined
  /** Whether candidates are compared: then the values are taken in two orders, which finds nearly all pairs. */
  readonly verify?: boolean | undefined
}

/** The sketch that a choice means, and the least Jaccard index of near copies. */
export function chosenSketch({ preset, unit, ngram, bands, rows, threshold, verify }: SketchChoice): {
  readonly spec: SketchSpec
  readonly threshold: number
} {
  const base = preset === 'default' ? DEFAULT : SKETCH_PRESETS[preset]
  const { spec } = base
  return {
    spec: {
      unit: unit ?? spec.unit,
      ngram: ngram ?? spec.ngram,
      bands: bands ?? spec.bands,
      rows: rows ?? spec.rows,
      ...(verify === false ? {} : { turned: true }),
    },
    threshold: threshold ?? base.threshold,
  }
}

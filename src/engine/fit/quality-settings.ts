import type { FeatureSpec } from '../../learn/linear/text-features.ts'

/** What decides a fit, beside its data. */
export interface QualitySettings {
  readonly spec: FeatureSpec
  /** Strength of the L2 penalty on the mean loss. */
  readonly l2: number
  readonly standardise: boolean
  /** Whether both classes count as much as each other, or each document as any other. */
  readonly classWeights: 'balanced' | 'none'
  /** Share of the domains that is held out, 0 to 1. */
  readonly heldOutRatio: number
  /** Share of the negatives that is drawn, 0 to 1. */
  readonly sampleRatio: number
  readonly mostIterations: number
  readonly patience: number
  readonly seed: string
}

/** Features that words are hashed to. 2^18 is Spark's own number. */
export const DEFAULT_FEATURES = { spark: 1 << 18, ngram: 1 << 20 } as const
export const DEFAULT_L2 = { spark: 1e-5, ngram: 1e-6 } as const
export const DEFAULT_HELD_OUT = 0.1
export const DEFAULT_ITERATIONS = 40
export const DEFAULT_SEED = '1'

/** Settings of a fit, with the defaults that every way to ask for one shares: the same question is then answered once. */
export function qualitySettings(
  given: Partial<Omit<QualitySettings, 'spec' | 'patience'>> & {
    readonly kind?: FeatureSpec['kind']
    readonly features?: number
  },
): QualitySettings {
  const { kind = 'spark' } = given
  return {
    spec: { kind, features: given.features ?? DEFAULT_FEATURES[kind] },
    l2: given.l2 ?? DEFAULT_L2[kind],
    standardise: given.standardise ?? false,
    classWeights: given.classWeights ?? 'balanced',
    heldOutRatio: given.heldOutRatio ?? DEFAULT_HELD_OUT,
    sampleRatio: given.sampleRatio ?? 1,
    mostIterations: given.mostIterations ?? DEFAULT_ITERATIONS,
    patience: 5,
    seed: given.seed ?? DEFAULT_SEED,
  }
}

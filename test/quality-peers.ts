import type { QualitySettings } from '../src/engine/fit/quality-settings.ts'
import type { LinearModel } from '../src/learn/linear/linear-model.ts'

/** What scikit-learn's weights in `golden/quality/sklearn.json` were fitted to: see `scripts/quality-golden.ts`. */
export const PEER_DOCUMENTS = { good: 0.58, poor: 0.45, documents: 600, sites: 40 }

export const PEER_SETTINGS: QualitySettings = {
  spec: { kind: 'spark', features: 128 },
  l2: 1e-3,
  standardise: false,
  classWeights: 'balanced',
  heldOutRatio: 0.3,
  sampleRatio: 1,
  mostIterations: 1000,
  // To the end: scikit-learn knows no early stopping here.
  patience: 1000,
  seed: '1',
}

/** The model whose scores by Spark are in `golden/quality/spark-scores.json`. */
export const SPARK_MODEL: LinearModel = {
  spec: { kind: 'spark', features: 1 << 18 },
  intercept: -0.375,
  weights: Float32Array.from({ length: 1 << 18 }, (_, at) => Math.sin(at)),
}

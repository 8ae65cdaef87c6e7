import type { SketchSpec } from './sketch-spec.ts'

/** A published way to find near copies. Shingles, bands and rows are the source's; hashes are ours. */
export interface SketchPreset {
  readonly spec: SketchSpec
  /** Least Jaccard similarity of two copies of each other. */
  readonly threshold: number
  /** Where the numbers are from, and what we had to choose. */
  readonly source: string
}

export type PresetName = keyof typeof SKETCH_PRESETS

/** Presets by name. */
export const SKETCH_PRESETS = {
  fineweb: {
    spec: { unit: 'word', ngram: 5, bands: 14, rows: 8 },
    threshold: 0.75,
    source:
      'FineWeb (Penedo et al. 2024), section 3.4: 112 hashes in 14 buckets of 8 over word 5-grams, for documents that are at least 75 % similar.',
  },
  refinedweb: {
    spec: { unit: 'word', ngram: 5, bands: 450, rows: 20 },
    threshold: 0.8,
    source:
      'RefinedWeb (Penedo et al. 2023), appendix G.3, after Lee et al. 2022: 9,000 hashes in 450 buckets of 20 over 5-grams; the sources take tokens of GPT-2, we take words. Threshold: .8 of edit similarity in Lee et al., here of Jaccard.',
  },
  redpajama: {
    spec: { unit: 'word', ngram: 13, bands: 9, rows: 13 },
    threshold: 0.8,
    source:
      'RedPajama-V2 (togethercomputer/RedPajama-Data, configs/rp_v2.0.conf and app/src/dedupe): word 13-grams, 128 hashes; 9 bands of 13 are what its optimal_param gives for similarity .8.',
  },
  nemo: {
    spec: { unit: 'character', ngram: 24, bands: 20, rows: 13 },
    threshold: 0.8,
    source:
      'NeMo Curator (nemo_curator.stages.deduplication.fuzzy): char_ngrams 24, 20 bands of 13. Its shingles have spaces and punctuation, ours letters, marks and numbers alone.',
  },
  gpt3: {
    spec: { unit: 'hashed-word', ngram: 1, bands: 10, rows: 1 },
    threshold: 0.8,
    source:
      'GPT-3 (Brown et al. 2020), appendix A: MinHashLSH of Spark with 10 hashes over the features of its classifier, Tokenizer and HashingTF. Its threshold is not published: .8 is our choice.',
  },
} as const satisfies Record<string, SketchPreset>

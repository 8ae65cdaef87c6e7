/** A source of a mixture: tokens that are there, and how many of them are wanted. */
export interface MixtureSource {
  readonly name: string
  /** How many tokens it has. Above 0. */
  readonly tokens: number
  /** Share of the mixture, in any unit: weights are divided by their sum. */
  readonly weight?: number
  /** How often its tokens are seen, in place of a weight. */
  readonly epochs?: number
}

export interface MixtureOptions {
  /** Tokens of a sequence. Left out: 1. */
  readonly sequence?: number
  /** Tokens of the mixture. Left out: as many as the sources have, or as `epochs` make. */
  readonly budget?: number
  /**
   * Where no weights are given: a source weighs as much as its sequences to the power of 1 / temperature. 1 = as they are; larger = nearer to equal
   * shares; `Infinity` = equal. Devlin et al. 2018 (multilingual BERT) took 1 / .7; Conneau et al. 2020 (XLM-R) 1 / .3.
   */
  readonly temperature?: number
  /**
   * No source is seen more often: what it would have had beyond goes to the others by their weights. With equal weights this is
   * UniMax (Chung et al. 2023).
   */
  readonly maxEpochs?: number
}

/** What becomes of a source. All but `tokens` is counted in whole sequences: it is what a run sees. */
export interface MixtureShare {
  readonly name: string
  readonly tokens: number
  /** Whole sequences that it has; the tokens behind the last one are in none, and are never seen. */
  readonly sequences: number
  /** Weight divided by the sum of weights, before caps: what was asked for. 0 to 1. */
  readonly weight: number
  /** Sequences in the mixture, repeats counted. */
  readonly drawn: number
  /** Share of the mixture, 0 to 1. */
  readonly share: number
  /** How often its sequences are seen, on average. */
  readonly epochs: number
  /** Share of what is drawn that was drawn before, 0 to 1. */
  readonly repeated: number
}

export interface Mixture {
  /** Sequences of the mixture. */
  readonly sequences: number
  readonly shares: readonly MixtureShare[]
  /** What a person should know before training on it. */
  readonly warnings: readonly string[]
}

/** More than so many epochs are worth little: Muennighoff et al. 2023, "Scaling data-constrained language models". */
const MANY_EPOCHS = 4
/** A larger share of a source that is in no whole sequence is worth a word; our choice. */
const MUCH_UNSEEN = 0.01

/**
 * Works out how many sequences of each source a mixture has. Published weights often do not add up to 1 (GPT-3's table 2.2 gives 101 %): they are
 * divided by their sum.
 *
 * Everything is in whole sequences: a source of 1.7 sequences has one, which is seen once in one epoch. Of what is left when shares are
 * rounded down, those with the largest remainders have one more each.
 *
 * @throws RangeError where numbers are none, sources have weights and epochs at once, or one is shorter than a sequence.
 */
export function planMixture(sources: readonly MixtureSource[], options: MixtureOptions = {}): Mixture {
  check(sources, options)
  const { sequence = 1, maxEpochs = Number.POSITIVE_INFINITY } = options
  const sizes = sources.map(({ tokens }) => Math.floor(tokens / sequence))
  const byEpochs = sources.some(({ epochs }) => epochs !== undefined)
  const weights = byEpochs
    ? sources.map(({ epochs = 0 }, at) => (sizes[at] ?? 0) * epochs)
    : weightsOf(sources, sizes, options.temperature ?? 1)
  const sum = total(weights)
  const wanted = options.budget === undefined ? (byEpochs ? sum : total(sizes)) : options.budget / sequence
  const limits = sizes.map((size) => Math.floor(size * maxEpochs + ROUNDING))
  const drawn = inWhole(
    capped(
      weights.map((weight) => weight / sum),
      limits,
      wanted,
    ),
    limits,
  )
  const sequences = total(drawn)
  const shares = sources.map(({ name, tokens }, at): MixtureShare => {
    const [own, size] = [drawn[at] ?? 0, sizes[at] ?? 1]
    return {
      name,
      tokens,
      sequences: size,
      weight: (weights[at] ?? 0) / sum,
      drawn: own,
      share: sequences === 0 ? 0 : own / sequences,
      epochs: own / size,
      repeated: own <= size ? 0 : (own - size) / own,
    }
  })
  return { sequences, shares, warnings: warningsOf(shares, wanted, sequence) }
}

/** What sums of shares may be off by. */
const ROUNDING = 1e-6

/** Shares in whole numbers with the whole part of their sum, none above its limit: the largest remainders are rounded up. */
function inWhole(drawn: readonly number[], limits: readonly number[]): readonly number[] {
  const whole = drawn.map((each) => Math.floor(each + ROUNDING))
  let left = Math.floor(total(drawn) + ROUNDING) - total(whole)
  const byRemainder = drawn
    .map((_, at) => at)
    .filter((at) => (drawn[at] ?? 0) > 0)
    .sort((a, b) => remainder(b) - remainder(a) || a - b)
  function remainder(at: number): number {
    return (drawn[at] ?? 0) - (whole[at] ?? 0)
  }
  for (const at of byRemainder) {
    if (left === 0) break
    if ((whole[at] ?? 0) >= (limits[at] ?? 0)) continue
    whole[at] = (whole[at] ?? 0) + 1
    left--
  }
  return whole
}

function weightsOf(
  sources: readonly MixtureSource[],
  sizes: readonly number[],
  temperature: number,
): readonly number[] {
  if (sources.some(({ weight }) => weight !== undefined)) return sources.map(({ weight = 0 }) => weight)
  return sizes.map((size) => size ** (1 / temperature))
}

/** Shares of a budget, none above its limit: what is over goes to those that are below theirs, by weight. */
function capped(weights: readonly number[], limits: readonly number[], budget: number): readonly number[] {
  const drawn = weights.map(() => 0)
  let open = weights.map((_, at) => at).filter((at) => (weights[at] ?? 0) > 0)
  let left = budget
  while (open.length > 0) {
    const sum = total(open.map((at) => weights[at] ?? 0))
    const full = open.filter((at) => (left * (weights[at] ?? 0)) / sum > (limits[at] ?? 0))
    if (full.length === 0) {
      for (const at of open) drawn[at] = (left * (weights[at] ?? 0)) / sum
      return drawn
    }
    for (const at of full) drawn[at] = limits[at] ?? 0
    left -= total(full.map((at) => limits[at] ?? 0))
    open = open.filter((at) => !full.includes(at))
  }
  return drawn
}

function warningsOf(shares: readonly MixtureShare[], wanted: number, sequence: number): readonly string[] {
  const sequences = total(shares.map(({ drawn }) => drawn))
  const warnings = shares
    .filter(({ epochs }) => epochs > MANY_EPOCHS)
    .map(
      ({ name, epochs }) =>
        `${name} is seen ${epochs.toFixed(1)} times; beyond ${MANY_EPOCHS} epochs repeats teach little`,
    )
  for (const share of shares) {
    const unseen = share.tokens - share.sequences * sequence
    if (share.drawn > 0 && unseen > share.tokens * MUCH_UNSEEN) {
      warnings.push(
        `${share.name}: the last ${unseen} of its ${share.tokens} tokens fill no sequence of ${sequence}, and are never seen`,
      )
    }
    if (share.drawn === 0 && share.weight > 0 && sequences > 0) {
      const percent = (100 * share.weight).toFixed(1)
      warnings.push(`${share.name} is never seen: ${percent} % of ${sequences} sequences is less than one`)
    }
  }
  // Less than a sequence is lost where the budget is no whole number of them.
  if (sequences <= wanted - 1) {
    const [all, asked] = [sequences * sequence, Math.round(wanted * sequence)]
    warnings.push(`${all} tokens of the ${asked} wanted: every source is at its most epochs`)
  }
  return warnings
}

function check(
  sources: readonly MixtureSource[],
  { sequence = 1, budget, temperature, maxEpochs }: MixtureOptions,
): void {
  if (sources.length === 0) throw new RangeError('a mixture of no sources')
  const positive = (name: string, value: number | undefined, mayBeInfinite = false): void => {
    if (value === undefined || (value > 0 && (mayBeInfinite || Number.isFinite(value)))) return
    throw new RangeError(`${name} ${value}: expected a number above 0`)
  }
  positive('budget', budget)
  positive('temperature', temperature, true)
  positive('maxEpochs', maxEpochs, true)
  for (const { name, tokens, weight, epochs } of sources) {
    positive(`${name}: tokens`, tokens)
    if (tokens < sequence)
      throw new RangeError(`${name} has ${tokens} tokens, less than a sequence of ${sequence}`)
    for (const [what, value] of Object.entries({ weight, epochs })) {
      if (value !== undefined && !(value >= 0 && Number.isFinite(value)))
        throw new RangeError(`${name}: ${what} ${value}: expected 0 or above`)
    }
    if (weight !== undefined && epochs !== undefined)
      throw new RangeError(`${name}: a weight and epochs at once`)
  }
  for (const key of ['weight', 'epochs'] as const) {
    const given = sources.filter((source) => source[key] !== undefined)
    if (given.length > 0 && given.length < sources.length) {
      const missing = sources.find((source) => source[key] === undefined)
      throw new RangeError(`${missing?.name}: no ${key}, which ${given[0]?.name} has`)
    }
    if (given.length > 0 && given.every((source) => source[key] === 0))
      throw new RangeError(`every ${key} is 0`)
  }
  if (budget !== undefined && sources.some(({ epochs }) => epochs !== undefined))
    throw new RangeError('a budget and epochs at once: epochs say how many tokens there are')
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

/**
 * GPT-3's mixture as published (Brown et al. 2020, table 2.2), by source. Weights add to 1.01, and two of the published epochs at 300 billion
 * tokens (WebText2 2.9, Wikipedia 3.4) do not follow from the rounded weights, which give 3.47 and 3.0: `published` is for comparison only.
 */
export const GPT3_MIXTURE = [
  { name: 'common-crawl', tokens: 410e9, weight: 0.6, published: 0.44 },
  { name: 'webtext', tokens: 19e9, weight: 0.22, published: 2.9 },
  { name: 'books1', tokens: 12e9, weight: 0.08, published: 1.9 },
  { name: 'books2', tokens: 55e9, weight: 0.08, published: 0.43 },
  { name: 'wikipedia', tokens: 3e9, weight: 0.03, published: 3.4 },
] as const

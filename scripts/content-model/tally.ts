import type { LabelledPage } from './pages.ts'

/** Share that stands for one site when little is known, counted as so many sites. */
const SHRINK = 2
/** A weight below this is left out. */
const LEAST = 0.3
const MOST = 6

interface SiteShare {
  share: number
  pages: number
  readonly fold: number
}

export interface LexiconEntries {
  readonly keys: Int32Array
  readonly weights: Float32Array
}

/** For each hash, on which sites it stood, and which share of what it stood in was main content. */
export class Tally {
  readonly #sites = new Map<number, Map<string, SiteShare>>()

  /** Tells what a page has: for each hash, how much of it in content and how much elsewhere. */
  addPage(page: LabelledPage, sums: ReadonlyMap<number, readonly [number, number]>): void {
    for (const [hash, [good, bad]] of sums) {
      const share = good / (good + bad)
      let sites = this.#sites.get(hash)
      if (sites === undefined) {
        sites = new Map()
        this.#sites.set(hash, sites)
      }
      const found = sites.get(page.site)
      if (found === undefined) sites.set(page.site, { share, pages: 1, fold: page.fold })
      else {
        found.share += share
        found.pages++
      }
    }
  }

  /**
   * Weights of the hashes that stood on so many sites, learnt without the pages of one fold: the logarithm of
   * odds of the mean share, shrunk to what is usual, over what is usual.
   */
  weights(minSites: number, withoutFold: number): LexiconEntries {
    const usual = this.#usual()
    const base = Math.log(usual / (1 - usual))
    const keys: number[] = []
    const weights: number[] = []
    for (const [hash, sites] of this.#sites) {
      let sum = 0
      let count = 0
      for (const { share, pages, fold } of sites.values()) {
        if (fold === withoutFold) continue
        sum += share / pages
        count++
      }
      if (count < minSites) continue
      const mean = (sum + SHRINK * usual) / (count + SHRINK)
      const weight = Math.log(mean / (1 - mean)) - base
      if (Math.abs(weight) < LEAST) continue
      keys.push(hash)
      weights.push(Math.round(Math.max(-MOST, Math.min(MOST, weight)) * 20) / 20)
    }
    return { keys: Int32Array.from(keys), weights: Float32Array.from(weights) }
  }

  #usual(): number {
    let sum = 0
    let count = 0
    for (const sites of this.#sites.values()) {
      for (const { share, pages } of sites.values()) {
        sum += share / pages
        count++
      }
    }
    return sum / count
  }
}

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** A page with what people said is its main content. */
export interface LabelledPage {
  readonly set: string
  readonly id: string
  readonly url: string
  readonly html: string
  readonly text?: string
  readonly with?: readonly string[]
  readonly without?: readonly string[]
  readonly type?: string
  /** Pages of one site are never parted between learning and measuring. */
  readonly site: string
  /** 0 to 9, by site. */
  readonly fold: number
  /** The half that may be looked at while tuning, or the one that is not. */
  readonly half: 'A' | 'B'
}

export const SETS = ['scrapinghub', 'trafeval', 'wcxb-dev', 'readability'] as const

export function readPages(folder: string, set: string): LabelledPage[] {
  const lines = gunzipSync(readFileSync(join(folder, `${set}.jsonl.gz`)))
    .toString('utf8')
    .split('\n')
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const page = JSON.parse(line) as LabelledPage
      const site = siteOf(page)
      const hash = createHash('sha256').update(site).digest().readUInt32LE()
      return { ...page, set, site, fold: hash % 10, half: Math.floor(hash / 10) % 2 === 0 ? 'A' : 'B' }
    })
}

/** The last two labels of the host, or three where the last two are short. */
function siteOf({ url, id }: LabelledPage): string {
  const host = URL.parse(url)?.host
  const name = host ?? (id.replace(/^hard::/, '').split(/[-_/]/)[0] ?? id).replace(/\.html$/, '')
  const labels = name.split('.')
  const last = labels.slice(-2)
  return (last.join('').length <= 6 ? labels.slice(-3) : last).join('.').toLowerCase()
}

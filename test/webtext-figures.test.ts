import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { constants, createZstdDecompress } from 'node:zlib'
import { beforeAll, expect, it } from 'vitest'
import type { Document } from '../src/model/document.ts'
import { decide, type Filter, type SurvivorGroup } from '../src/model/stage.ts'
import { redditLinks } from '../src/stages/extract/reddit-links.ts'
import { linkTarget } from '../src/stages/filter/link-target.ts'
import { minScore } from '../src/stages/filter/min-score.ts'
import { bestPost } from '../src/stages/group/best-post.ts'
import { describeWithData, sharedData } from './shared-data.ts'
import { documentOf, recordOf } from './webtext-documents.ts'

interface Outcome {
  kept: Document[]
  reasons: Record<string, number>
}

/** The steps of the recipe that come before the crawl, as plain loops over the stages. */
async function readLinks(file: string): Promise<Outcome & { submissions: number }> {
  const extract = redditLinks.create({})
  const outcome = { kept: [] as Document[], reasons: {} as Record<string, number>, submissions: 0 }
  // Pushshift's dumps are packed with a window of 2 GiB.
  const unzip = createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: 31 } })
  const input = createReadStream(sharedData(file)).pipe(unzip)
  for await (const line of createInterface({ input })) {
    const fields = JSON.parse(line)
    outcome.submissions++
    const result = await extract(recordOf('', { format: 'reddit', fields }), {})
    if ('drop' in result) count(outcome.reasons, result.drop)
    else if ('fail' in result) count(outcome.reasons, result.fail)
    else for (const { text, meta } of result) outcome.kept.push(documentOf(text, meta, String(fields.id)))
  }
  return outcome
}

function count(reasons: Record<string, number>, reason: string): void {
  reasons[reason] = (reasons[reason] ?? 0) + 1
}

function filter(stage: Filter, documents: readonly Document[], given: object = {}): Outcome {
  const options = stage.options.parse(given)
  const measure = stage.measure(options)
  const rules = stage.rules(options)
  const reasons: Record<string, number> = {}
  const kept = documents.filter((document) => {
    const verdict = decide(rules, measure(document))
    if (!verdict.keep) count(reasons, verdict.rule.reason)
    return verdict.keep
  })
  return { kept, reasons }
}

function group(stage: SurvivorGroup, documents: readonly Document[], given: object = {}): Outcome {
  const keyOf = stage.keyed(stage.options.parse(given))
  const best = new Map<string, { rank: number; document: Document }>()
  const alone: Document[] = []
  for (const document of documents) {
    const keyed = keyOf(document)
    const held = keyed === undefined ? undefined : best.get(keyed.key)
    if (keyed === undefined) alone.push(document)
    else if (
      held === undefined ||
      keyed.rank > held.rank ||
      (keyed.rank === held.rank && document.id < held.document.id)
    ) {
      best.set(keyed.key, { rank: keyed.rank, document })
    }
  }
  const kept = [...alone, ...[...best.values()].map(({ document }) => document)]
  const lost = documents.length - kept.length
  return { kept, reasons: lost === 0 ? {} : { [stage.reason]: lost } }
}

describeWithData('the sample that links to the crawled pages', ['reddit/RS_pages.zst'], () => {
  let links: Outcome & { submissions: number }
  beforeAll(async () => {
    links = await readLinks('reddit/RS_pages.zst')
  })

  it('gives 1,202 pages, 3 of them of Reddit, 377 of the rest at 3 karma or more', () => {
    expect(links.submissions).toBe(1653)
    expect(links.kept.length).toBe(1353)
    expect(links.reasons).toEqual({ 'self-post': 300 })
    const best = group(bestPost, links.kept)
    expect(best.kept.length).toBe(1202)
    expect(new Set(best.kept.map(({ meta }) => meta['url'])).size).toBe(1202)
    const targets = filter(linkTarget, best.kept)
    expect(targets.reasons).toEqual({ reddit: 3 })
    const karma = filter(minScore, targets.kept)
    expect(karma.kept.length).toBe(377)
    expect(karma.reasons).toEqual({ 'below-min-score': 822 })
  })

  it('has the same 377 before the links to Reddit go: none of the 3 has the karma', () => {
    expect(filter(minScore, group(bestPost, links.kept).kept).kept.length).toBe(377)
  })
})

describeWithData('real submissions', ['reddit/RS_2013-08.zst'], () => {
  let links: Outcome & { submissions: number }
  beforeAll(async () => {
    links = await readLinks('reddit/RS_2013-08.zst')
  })

  it('gives the list of URLs to crawl: 36,597 of 55,049 submissions', () => {
    expect(links.submissions).toBe(55_049)
    expect(links.kept.length).toBe(37_621)
    expect(links.reasons).toEqual({ 'self-post': 17_428 })
    const karma = filter(minScore, links.kept)
    expect(karma.kept.length).toBe(36_757)
    expect(group(bestPost, karma.kept, { by: 'rawUrl' }).kept.length).toBe(36_597)
  })

  it('names a reason for each page that is left out', () => {
    const best = group(bestPost, links.kept)
    const targets = filter(linkTarget, best.kept)
    const karma = filter(minScore, targets.kept)
    const dropped = [best, targets, karma].flatMap(({ reasons }) => Object.values(reasons))
    expect(karma.kept.length + dropped.reduce((sum, value) => sum + value, 0)).toBe(37_621)
    expect(targets.reasons).toMatchObject({ 'bad-url': 2, reddit: 349 })
    expect(targets.reasons['media-host']).toBeGreaterThan(15_000)
  })
})

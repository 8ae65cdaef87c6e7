import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Document } from '../src/model/document.ts'
import { decide } from '../src/model/stage.ts'
import { ruleSetNamed } from '../src/stages/rule-sets.ts'
import { Store } from '../src/store/store.ts'
import { keptRows, rejectedRows } from '../src/store/version.ts'

/** What became of a page: where it ended, or that it was kept. */
interface Fate {
  /** Step that dropped it; `undefined` = kept. */
  readonly step?: string
  readonly reason?: string
}

const RULE_SETS = [
  'gopher-repetition@datatrove-0.10',
  'gopher-quality@datatrove-0.10',
  'c4@datatrove-0.10-nopunct',
  'fineweb@datatrove-0.10',
].map(ruleSetNamed)

/**
 * Prints which pages one side keeps and the other does not, by what makes the difference.
 *
 * Tilth's rules are run over datatrove's text too: where they say of it what datatrove's say, the extractors differ; where they
 * do not, the rules do.
 */
export async function compareRuns(
  store: string,
  peerOut: string,
  peerRead: ReadonlySet<string>,
): Promise<void> {
  const own = await ownFates(store)
  const { fates: peer, texts } = peerFates(peerOut)
  const urls = [...new Set([...own.keys(), ...peer.keys()])].sort()
  const counts = new Map<string, number>()
  const count = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1)
  let same = 0
  for (const url of urls) {
    const mine = own.get(url)
    const theirs = peer.get(url) ?? {
      step: 'main-content',
      reason: peerRead.has(url) ? 'no text by trafilatura' : 'left out by the reader',
    }
    if (mine === undefined) throw new Error(`${url}: Tilth has not seen it`)
    if ((mine.step === undefined) === (theirs.step === undefined)) {
      same++
      count(
        mine.step === undefined
          ? 'both keep'
          : `both drop, ${mine.step === theirs.step ? 'same' : 'another'} step`,
      )
      continue
    }
    const side = mine.step === undefined ? 'only Tilth keeps' : 'only datatrove keeps'
    const { step, reason } = mine.step === undefined ? theirs : mine
    count(`${side}: ${cause(mine, theirs, texts.get(url))}, dropped by ${step}, ${reason}`)
  }
  console.log(`\n${urls.length} pages; the same verdict on ${same}`)
  for (const [name, number] of [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)))
    console.log(`${String(number).padStart(6)}  ${name}`)
}

function cause(mine: Fate, theirs: Fate, text: string | undefined): string {
  if (text === undefined) return 'datatrove has no text'
  if (mine.step === 'main-content') return 'Tilth has no text'
  if (mine.step === 'dedup' || theirs.step === 'dedup') return 'near copies'
  return (rulesOn(text).step === undefined) === (theirs.step === undefined)
    ? 'other main content'
    : 'the rules differ on one text'
}

/** What Tilth's rules say of a text. */
function rulesOn(text: string): Fate {
  let document: Document = { id: '1', text, meta: {}, origin: { uri: '', input: '', record: 0 } }
  for (const set of RULE_SETS) {
    for (const stage of set.steps) {
      const options = stage.options.parse({})
      if (stage.kind === 'rewrite') {
        const result = stage.create(options)(document)
        if ('drop' in result) return { step: stage.name, reason: result.drop }
        const [only] = result
        document = { ...document, text: only?.text ?? '' }
      } else if (stage.kind === 'filter') {
        const verdict = decide(stage.rules(options), stage.measure(options)(document))
        if (!verdict.keep) return { step: stage.name, reason: verdict.rule.reason }
      }
    }
  }
  return {}
}

async function ownFates(store: string): Promise<Map<string, Fate>> {
  const version = await new Store(store).open('fineweb-like')
  const fates = new Map<string, Fate>()
  for await (const { meta } of keptRows(version, ['meta'])) fates.set(String(meta['rawUrl']), {})
  for await (const { step, reason, meta, url } of rejectedRows(version, ['step', 'reason', 'meta', 'url'])) {
    const page = meta['rawUrl'] ?? url
    // Records that are no pages have no URL.
    if (typeof page === 'string') fates.set(page, { step: step.replace(/^c4-.*/, 'c4'), reason })
  }
  return fates
}

function peerFates(out: string): { fates: Map<string, Fate>; texts: ReadonlyMap<string, string> } {
  const fates = new Map<string, Fate>()
  for (const step of ['gopher-repetition', 'gopher-quality', 'c4', 'fineweb', 'dedup']) {
    for (const { metadata } of rowsOf(join(out, step)))
      fates.set(metadata.url, { step, reason: metadata.filter_reason ?? 'near copy' })
  }
  for (const { metadata } of rowsOf(join(out, 'kept'))) fates.set(metadata.url, {})
  return { fates, texts: new Map(rowsOf(join(out, 'extracted')).map((row) => [row.metadata.url, row.text])) }
}

interface PeerRow {
  readonly text: string
  readonly metadata: { readonly url: string; readonly filter_reason?: string }
}

function rowsOf(folder: string): readonly PeerRow[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder).flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as PeerRow),
  )
}

import { Buffer } from 'node:buffer'
import { z } from 'zod'
import type { Meta } from '../../model/document.ts'
import { defineFilter, type Rule, type StageFiles } from '../../model/stage.ts'
import { isUnder } from '../../text/url.ts'
import { type ListHit, UrlLists } from '../../text/url-lists/url-lists.ts'
import { type UrlWordHits, urlWordHits } from '../../text/url-lists/url-words.ts'
import { HARD_WORDS, SOFT_WORDS, WORD_PARTS } from './url-rule-words.ts'

const words = z.array(z.string().regex(/^[^\s\p{Lu}]+$/u, 'expected a word in lower case'))
const REFINED_WEB = 'Penedo et al. 2023 (RefinedWeb), appendix G.1'

const options = z.strictObject({
  lists: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'Files or folders of block lists: domains, URLs, hosts files, rules of ad blockers (`||domain^`), folders of UT1',
    ),
  domains: z.array(z.string()).default([]).describe('Domains to drop, with all hosts under them'),
  urls: z.array(z.string()).default([]).describe('URLs to drop, with all pages under their path'),
  allowDomains: z
    .array(z.string())
    .default([])
    .describe('Domains that are kept whatever else says, with all hosts under them'),
  hardWords: words
    .default([...HARD_WORDS])
    .describe('Words of which one in the URL is enough; a tiny list of our own'),
  softWords: words.default([...SOFT_WORDS]).describe('Words of which one is allowed; a tiny list of our own'),
  wordParts: words
    .default([...WORD_PARTS])
    .describe("Stretches that must not stand in the URL's letters and digits; a tiny list of our own"),
  maxSoftWords: z.int().min(0).default(1).describe('Most soft words that are kept'),
})
type Options = z.output<typeof options>

/**
 * Drops pages by their URL: of listed domains, hosts under them, pages and words.
 *
 * The detail of a verdict names the list and the entry. A list's name is its path below the folder that the option
 * names, without `/domains` or `/urls`; of a file named itself, its own name.
 */
export const urlRules = defineFilter({
  name: 'url-rules',
  revision: 1,
  description: 'Drops pages whose URL stands on a block list, or holds words of one.',
  options,
  reasons: {},
  files: ({ lists }) => lists,
  signals: {
    domain: '1 where a list holds the domain of the URL, else 0; null without a URL.',
    url: '1 where a list holds the URL or one that it is under, else 0; null without a URL.',
    hardWords: 'Different hard words in the URL; null without one.',
    softWords: 'Different soft words in the URL; null without one.',
    wordParts: 'Different listed stretches in the letters and digits of the URL; null without one.',
  },
  measure: (given, files) => {
    const rules = compiled(given, files)
    return ({ meta }) => {
      const url = urlOf(meta)
      if (url === null) return { domain: null, url: null, hardWords: null, softWords: null, wordParts: null }
      const { hit, found } = rules.judge(url)
      return {
        domain: Number(hit?.kind === 'domain'),
        url: Number(hit?.kind === 'url'),
        hardWords: found.hard.length,
        softWords: found.soft.length,
        wordParts: found.parts.length,
      }
    }
  },
  rules: ({ maxSoftWords }) => [
    none('domain', 'blocked-domain', 'the lists that the recipe names'),
    none('url', 'blocked-url', 'the lists that the recipe names'),
    none('hardWords', 'hard-word', REFINED_WEB),
    {
      signal: 'softWords',
      keep: 'at-most',
      limit: maxSoftWords,
      option: 'maxSoftWords',
      reason: 'soft-words',
      source: REFINED_WEB,
    },
    none('wordParts', 'word-part', REFINED_WEB),
  ],
  detail: (given, files) => {
    const rules = compiled(given, files)
    return ({ meta }, { signal }) => {
      const url = urlOf(meta)
      if (url === null) return undefined
      const { hit, found } = rules.judge(url)
      if (signal === 'domain' || signal === 'url') return hit && `${hit.list}: ${hit.entry}`
      const entries = { hardWords: found.hard, softWords: found.soft, wordParts: found.parts }[signal]
      return entries && `${signal}: ${entries.join(', ')}`
    }
  },
})

function none(signal: string, reason: string, source: string): Rule {
  return { signal, keep: 'at-most', limit: 0, reason, source }
}

function urlOf(meta: Meta): URL | null {
  const url = meta['url']
  return typeof url === 'string' ? URL.parse(url) : null
}

interface Judge {
  judge(url: URL): { readonly hit: ListHit | undefined; readonly found: UrlWordHits }
}

/** Lists are read once for measuring and telling. */
const cache = new WeakMap<Options, Judge>()

function compiled(given: Options, files: StageFiles | undefined): Judge {
  const known = cache.get(given)
  if (known !== undefined) return known
  const lists = listsOf(given, files)
  const allowed = new Set(given.allowDomains)
  const wordLists = { hard: new Set(given.hardWords), soft: new Set(given.softWords), parts: given.wordParts }
  const judge: Judge = {
    judge: (url) =>
      isUnder(url.hostname, allowed)
        ? NOTHING
        : { hit: lists.find(url), found: urlWordHits(url.href, wordLists) },
  }
  cache.set(given, judge)
  return judge
}

const NOTHING = { hit: undefined, found: { hard: [], soft: [], parts: [] } }

function listsOf({ lists, domains, urls }: Options, files: StageFiles | undefined): UrlLists {
  const all = new UrlLists()
  for (const path of lists) {
    for (const { name, bytes } of files?.get(path) ?? []) {
      // UT1 puts patterns and notes beside its lists.
      if (/(?:^|\/)(?:expressions|usage|very_restrictive_expression)$/.test(name)) continue
      all.add(listName(path, name), bytes)
    }
  }
  all.add('domains', Buffer.from(domains.join('\n')))
  all.add('urls', Buffer.from(urls.join('\n')))
  return all
}

function listName(path: string, name: string): string {
  const own = path.replace(/\/+$/, '').replace(/^.*\//, '')
  const below = name.replace(/(?:^|\/)(?:domains|urls)$/, '')
  return below === '' ? own : below
}

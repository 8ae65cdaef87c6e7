import { CREATIVE_COMMONS, type Page } from './page.ts'

/** What a page says of itself. */
export interface Metadata {
  readonly title?: string
  readonly author?: string
  /** As the page writes it, where that is an ISO 8601 date or time. */
  readonly date?: string
  /** BCP 47, as the page declares it. */
  readonly language?: string
  /** URL of the licence, or the page's own words. */
  readonly licence?: string
  readonly siteName?: string
  /** Absolute URL that the page calls its own. */
  readonly canonicalUrl?: string
}

/** Longest value taken from a page, in UTF-16 units. */
const MAX_VALUE = 1000

/** Reads title, author, date, language and licence from `meta`, `link`, `html` and linked data. */
export function readMetadata(page: Page, url?: string): Metadata & { articleBody?: string } {
  const metas = new Map<string, string>()
  for (const meta of page.metas) {
    const name = (meta.get('property') ?? meta.get('name') ?? meta.get('itemprop') ?? '').toLowerCase()
    const content = valueOf(meta.get('content'))
    if (name !== '' && content !== undefined && !metas.has(name)) metas.set(name, content)
  }
  const first = (...names: string[]) =>
    names.map((name) => metas.get(name)).find((value) => value !== undefined)
  const article = readLinkedData(page.linkedData)
  const html = page.elements.find(({ tag }) => tag === 'html')
  const canonical = page.links.find((link) => hasRel(link, 'canonical'))?.get('href')
  return withoutUndefined({
    title: article.title ?? first('og:title', 'twitter:title', 'dc.title') ?? valueOf(page.title),
    author:
      article.author ?? notUrl(first('author', 'dc.creator', 'article:author', 'byl', 'sailthru.author')),
    date: isoDate(
      article.date ??
        first('article:published_time', 'datepublished', 'date', 'dc.date', 'dc.date.issued', 'pubdate'),
    ),
    language: languageOf(
      html?.attributes.get('lang') ??
        first('content-language', 'dc.language', 'og:locale') ??
        article.language,
    ),
    licence: licenceOf(page, url, first('dc.rights', 'dcterms.license', 'license'), article.licence),
    siteName: first('og:site_name', 'application-name'),
    canonicalUrl: absolute(canonical ?? first('og:url'), url),
    articleBody: article.body,
  })
}

type Present<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> }

function withoutUndefined<T extends object>(value: T): Present<T> {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as Present<T>
}

function valueOf(value: string | undefined): string | undefined {
  const text = value?.slice(0, MAX_VALUE).toWellFormed().replace(/\s+/g, ' ').trim()
  return text === '' ? undefined : text
}

function notUrl(value: string | undefined): string | undefined {
  return value !== undefined && /^(?:https?:)?\/\//i.test(value) ? undefined : value
}

/** A date that begins like ISO 8601 and exists. */
function isoDate(value: string | undefined): string | undefined {
  if (value === undefined || !/^\d{4}-\d{2}-\d{2}/.test(value)) return undefined
  return Number.isNaN(Date.parse(value.slice(0, 10))) ? undefined : value.slice(0, 40)
}

function languageOf(value: string | undefined): string | undefined {
  const tag = value?.trim().replaceAll('_', '-')
  return tag !== undefined && /^[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,3}$/i.test(tag) ? tag : undefined
}

function hasRel(link: ReadonlyMap<string, string>, rel: string): boolean {
  return (link.get('rel') ?? '').toLowerCase().split(/\s+/).includes(rel)
}

/** A link with `rel=license`, else what linked data or metadata say, else a link to Creative Commons. */
function licenceOf(
  page: Page,
  url: string | undefined,
  declared: string | undefined,
  linked: string | undefined,
): string | undefined {
  const creativeCommons = () =>
    page.links.find((candidate) => CREATIVE_COMMONS.test(candidate.get('href') ?? ''))
  const href = (link: ReadonlyMap<string, string> | undefined) => absolute(link?.get('href'), url)
  const named = page.links.find((candidate) => hasRel(candidate, 'license'))
  return href(named) ?? linked ?? declared ?? href(creativeCommons())
}

function absolute(value: string | undefined, base: string | undefined): string | undefined {
  if (value === undefined) return undefined
  const parsed = URL.parse(value, base)
  return parsed !== null && /^https?:$/.test(parsed.protocol) ? parsed.href.slice(0, MAX_VALUE) : undefined
}

interface Article {
  title?: string
  author?: string
  date?: string
  language?: string
  licence?: string
  body?: string
}

/** How many nodes of linked data are looked at. */
const MAX_NODES = 5000

/** The first article in a page's linked data. Breadth first, so that nesting costs no stack. */
function readLinkedData(blocks: readonly string[]): Article {
  const queue: unknown[] = []
  for (const block of blocks) {
    try {
      queue.push(JSON.parse(block))
    } catch {
      // Pages write broken linked data all the time; the page itself is still good.
      continue
    }
  }
  for (let at = 0; at < queue.length && at < MAX_NODES; at++) {
    const node = queue[at]
    if (typeof node !== 'object' || node === null) continue
    const fields = node as Record<string, unknown>
    const type: unknown = Array.isArray(fields['@type']) ? fields['@type'][0] : fields['@type']
    if (typeof type === 'string' && /(?:Article|Posting|Report|Recipe)$/.test(type)) return articleOf(fields)
    if (queue.length < MAX_NODES) queue.push(...Object.values(fields).slice(0, MAX_NODES))
  }
  return {}
}

function articleOf(fields: Record<string, unknown>): Article {
  const text = (name: string) => (typeof fields[name] === 'string' ? valueOf(fields[name]) : undefined)
  const body = fields['articleBody']
  return withoutUndefined({
    title: text('headline'),
    author: nameOf(fields['author']),
    date: text('datePublished'),
    language: text('inLanguage'),
    licence: text('license'),
    body: typeof body === 'string' && !/<\w/.test(body) ? body.trim() : undefined,
  })
}

function nameOf(author: unknown): string | undefined {
  const first: unknown = Array.isArray(author) ? author[0] : author
  if (typeof first === 'string') return notUrl(valueOf(first))
  const name = typeof first === 'object' && first !== null && 'name' in first ? first.name : undefined
  return typeof name === 'string' ? valueOf(name) : undefined
}

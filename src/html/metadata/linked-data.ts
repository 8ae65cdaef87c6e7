import { parseLenientJson } from './lenient-json.ts'

/** Objects of linked data that are looked at. */
const MAX_NODES = 2000
/** Characters of an article's text that are kept. */
const MAX_BODY = 1_000_000

/** What linked data say of the page, as they write it. */
export interface LinkedData {
  readonly headline: string | undefined
  /** The `name` of a thing that is no article. */
  readonly name: string | undefined
  readonly authors: readonly string[]
  readonly published: string | undefined
  readonly modified: string | undefined
  readonly description: string | undefined
  readonly language: string | undefined
  readonly licence: string | undefined
  readonly siteName: string | undefined
  /** Other names of the site and of its publisher. */
  readonly siteNames: readonly string[]
  readonly imageUrl: string | undefined
  /** Text of the article, with its line ends; none where it is markup. */
  readonly articleBody: string | undefined
  readonly hasArticleBody: boolean
}

/** What is known of the page before its linked data are read: tells its article from others that are listed. */
export interface PageIdentity {
  readonly urls: readonly string[]
  readonly titles: readonly string[]
}

type Node = Readonly<Record<string, unknown>>

const ARTICLE = /(?:Article|Posting|Report|Recipe|Review|HowTo|Thesis|Chapter|Article\/.*)$/
const PAGE = /Page$/
const THING =
  /^(?:Product|ProductGroup|Event|\w+Event|VideoObject|AudioObject|PodcastEpisode|Question|Book|Movie|Course|Dataset|SoftwareApplication|CreativeWork|Episode|MusicAlbum|Photograph|VisualArtwork)$/
const SITE = /^(?:WebSite|Organization|NewsMediaOrganization|Corporation)$/
/** Where the thing that a page is about may stand. Elsewhere stand others: comments, lists, parts. */
const INWARD = ['@graph', 'mainEntity', 'mainEntityOfPage', 'article', 'newsArticle'] as const

/**
 * What the scripts with linked data say of the page: of its article, else of the thing that it is about, and of the page itself.
 *
 * Reads JSON that is broken, `@graph`, lists and references by `@id`. Of several articles it takes the one with
 * the page's URL or title, and none of more than three without. Objects are bounded in number; no recursion.
 */
export function readLinkedData(scripts: readonly string[], identity: PageIdentity): LinkedData | undefined {
  const graph = new Graph()
  for (const script of scripts) graph.add(parseLenientJson(script))
  return graph.size === 0 ? undefined : describe(graph, identity)
}

class Graph {
  readonly articles: Node[] = []
  readonly things: Node[] = []
  readonly pages: Node[] = []
  readonly sites: Node[] = []
  readonly #byId = new Map<string, Node>()
  size = 0

  add(value: unknown): void {
    const queue: unknown[] = [value]
    for (let at = 0; at < queue.length && this.size < MAX_NODES; at++) {
      const item = queue[at]
      if (Array.isArray(item)) {
        for (const inner of item.slice(0, MAX_NODES)) if (queue.length < MAX_NODES) queue.push(inner)
      } else if (isNode(item)) {
        this.size++
        this.#sort(item)
        for (const name of INWARD) if (isObject(item[name])) queue.push(item[name])
      }
    }
  }

  #sort(node: Node): void {
    const id = node['@id']
    // A reference has nothing but its `@id`.
    if (typeof id === 'string' && Object.keys(node).length > 1 && !this.#byId.has(id))
      this.#byId.set(id, node)
    const type = typeOf(node)
    if (type === undefined) return
    if (ARTICLE.test(type)) this.articles.push(node)
    else if (PAGE.test(type)) this.pages.push(node)
    else if (THING.test(type)) this.things.push(node)
    else if (SITE.test(type)) this.sites.push(node)
  }

  /** The objects of a property, with references followed. */
  objects(value: unknown): Node[] {
    const items = Array.isArray(value) ? value.slice(0, 100) : [value]
    return items.filter(isNode).map((item) => {
      const id = item['@id']
      return typeof id === 'string' && item['name'] === undefined && item['url'] === undefined
        ? (this.#byId.get(id) ?? item)
        : item
    })
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function isNode(value: unknown): value is Node {
  return isObject(value) && !Array.isArray(value)
}

function typeOf(node: Node): string | undefined {
  const types = node['@type'] ?? node['type']
  const all: unknown[] = Array.isArray(types) ? types.slice(0, 10) : [types]
  const names = all.filter((type) => typeof type === 'string').map((type) => type.replace(/^.*[/:#]/, ''))
  return names.find((name) => ARTICLE.test(name)) ?? names[0]
}

function describe(graph: Graph, identity: PageIdentity): LinkedData {
  const article = chosen(graph.articles, identity)
  const others = graph.articles.filter((other) => other !== article && isSame(other, article))
  const thing = article === undefined ? graph.things[0] : undefined
  const nodes = [article, ...others, thing, ...graph.pages.slice(0, 3)].filter((node) => node !== undefined)
  const first = <T>(read: (node: Node) => T | undefined): T | undefined => firstOf(nodes, read)
  const body = first((node) => textOf(node, 'articleBody'))
  const authors = first((node) => someOf(authorsOf(graph, node)))
  return {
    headline: first((node) => textOf(node, 'headline')),
    name: article === undefined ? first((node) => textOf(node, 'name')) : textOf(article, 'name'),
    authors: authors ?? [],
    published: first((node) => textOf(node, 'datePublished')) ?? first((node) => dateMade(node)),
    modified: first((node) => textOf(node, 'dateModified')),
    description: first((node) => textOf(node, 'description')),
    language: first((node) => languageOf(graph, node)),
    licence: first((node) => licenceOf(graph, node)),
    ...siteOf(graph, nodes),
    imageUrl: first((node) => imageOf(graph, node)),
    articleBody: body === undefined || /<\/?[a-z]/i.test(body) ? undefined : bodyText(body),
    hasArticleBody: body !== undefined && body.length > 0,
  }
}

function firstOf<T>(nodes: readonly Node[], read: (node: Node) => T | undefined): T | undefined {
  for (const node of nodes) {
    const found = read(node)
    if (found !== undefined) return found
  }
  return undefined
}

function someOf<T>(items: readonly T[]): readonly T[] | undefined {
  return items.length === 0 ? undefined : items
}

function chosen(articles: readonly Node[], identity: PageIdentity): Node | undefined {
  if (articles.length <= 1) return articles[0]
  const own = articles.find((article) => urlsOf(article).some((url) => identity.urls.includes(url)))
  if (own !== undefined) return own
  const titled = articles.find((article) => {
    const headline = titleKey(textOf(article, 'headline') ?? textOf(article, 'name') ?? '')
    return headline !== '' && identity.titles.some((title) => titleKey(title).includes(headline))
  })
  return titled ?? (articles.length > 3 ? undefined : articles[0])
}

/** Whether two objects describe one article, as two plugins do. */
function isSame(other: Node, article: Node | undefined): boolean {
  if (article === undefined) return false
  const headline = titleKey(textOf(other, 'headline') ?? '')
  if (headline !== '' && headline === titleKey(textOf(article, 'headline') ?? '')) return true
  const urls = urlsOf(article)
  return urlsOf(other).some((url) => urls.includes(url))
}

function titleKey(title: string): string {
  return title
    .slice(0, 300)
    .toLowerCase()
    .replace(/&[#\w]{1,10};/g, '')
    .replace(/[^\p{L}\p{N}]/gu, '')
}

function urlsOf(node: Node): string[] {
  const page = node['mainEntityOfPage']
  const candidates = [node['url'], node['@id'], page, isNode(page) ? page['@id'] : undefined]
  return candidates.filter((url) => typeof url === 'string').map(urlKey)
}

/** A URL without what varies between two that lead to one page. */
export function urlKey(url: string): string {
  return url
    .slice(0, 2000)
    .trim()
    .replace(/^https?:\/\/(?:www\.)?/, '')
    .replace(/[?#].*$/s, '')
    .replace(/\/$/, '')
}

/** A property that is a text, or a list that begins with one. */
function textOf(node: Node, name: string): string | undefined {
  const value = node[name]
  const first: unknown = Array.isArray(value) ? value[0] : value
  if (typeof first === 'number' && name.startsWith('date')) return String(first)
  return typeof first === 'string' && first.trim() !== '' ? first : undefined
}

function dateMade(node: Node): string | undefined {
  return textOf(node, 'dateCreated') ?? textOf(node, 'uploadDate') ?? textOf(node, 'datePosted')
}

function authorsOf(graph: Graph, node: Node): string[] {
  const names: string[] = []
  for (const property of ['author', 'authors', 'creator']) {
    const value = node[property]
    const items = Array.isArray(value) ? value.slice(0, 100) : [value]
    for (const item of items) {
      if (typeof item === 'string') names.push(item)
      else for (const person of graph.objects(item)) names.push(...nameOf(person))
    }
    if (names.length > 0) return names
  }
  return names
}

function nameOf(node: Node): string[] {
  const name = node['name']
  const names = (Array.isArray(name) ? name.slice(0, 20) : [name]).filter((item) => typeof item === 'string')
  if (names.length > 0) return names
  const parts = [textOf(node, 'givenName'), textOf(node, 'familyName')].filter((part) => part !== undefined)
  return parts.length === 2 ? [parts.join(' ')] : []
}

function languageOf(graph: Graph, node: Node): string | undefined {
  const [language] = graph.objects(node['inLanguage'])
  if (language === undefined) return textOf(node, 'inLanguage')
  return textOf(language, 'alternateName') ?? textOf(language, 'name')
}

function licenceOf(graph: Graph, node: Node): string | undefined {
  const [work] = graph.objects(node['license'])
  if (work === undefined) return textOf(node, 'license')
  return textOf(work, 'url') ?? textOf(work, '@id') ?? textOf(work, 'name')
}

function imageOf(graph: Graph, node: Node): string | undefined {
  for (const property of ['image', 'primaryImageOfPage', 'thumbnailUrl']) {
    const text = textOf(node, property)
    if (text !== undefined) return text
    const [image] = graph.objects(node[property])
    const url = image === undefined ? undefined : (textOf(image, 'url') ?? textOf(image, 'contentUrl'))
    if (url !== undefined) return url
  }
  return undefined
}

function siteOf(graph: Graph, nodes: readonly Node[]): Pick<LinkedData, 'siteName' | 'siteNames'> {
  const publishers = nodes.flatMap((node) => graph.objects(node['publisher'])).flatMap(nameOf)
  const sites = graph.sites.slice(0, 5)
  const names = [
    ...publishers,
    ...sites.flatMap(nameOf),
    ...sites.flatMap((site) => textOf(site, 'alternateName') ?? []),
  ]
  const isWebSite = (site: Node) => typeOf(site) === 'WebSite'
  const siteName = sites.filter(isWebSite).flatMap(nameOf)[0] ?? publishers[0] ?? names[0]
  return { siteName, siteNames: names }
}

function bodyText(body: string): string | undefined {
  const text = body.slice(0, MAX_BODY).toWellFormed().replaceAll('\0', '').replaceAll('\r\n', '\n').trim()
  return text === '' ? undefined : text
}

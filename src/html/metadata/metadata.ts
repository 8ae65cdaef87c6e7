import { attribute } from '../attributes.ts'
import type { MarkedElements } from '../element-state.ts'
import { type LicenceStatement, statedLicence } from '../licence-statement.ts'
import { bufferOf } from '../node-text.ts'
import type { Metadata } from '../page-metadata.ts'
import type { PageSources } from '../page-sources.ts'
import type { Tree } from '../tree.ts'
import { absoluteUrl } from './absolute-url.ts'
import { type ArticleHead, readArticleHead, readHeadAuthors } from './article-head.ts'
import { authorNames, nameKey } from './author-names.ts'
import { cleanValue, MAX_VALUE_BYTES } from './clean-value.ts'
import { elementText } from './element-text.ts'
import { type DateContext, isoDate } from './iso-date.ts'
import { languageTag } from './language-tag.ts'
import { type LinkedData, readLinkedData, urlKey } from './linked-data.ts'
import { MetaTags, metaNames } from './meta-tags.ts'
import { type Microdata, readMicrodata } from './microdata.ts'
import { inOrder, type PageLinks, readPageLinks } from './page-links.ts'
import { nameBehindTitle, pageTitle, siteNameInTitle } from './page-title.ts'

/** Metadata, and the article's text where linked data hold it. */
export interface PageMetadata extends Metadata {
  /** With its line ends. Not there when it is markup. */
  readonly articleBody?: string
  /** Whether linked data hold the article's text, be it markup. */
  readonly hasArticleBody: boolean
}

const OG_TITLE = metaNames('og:title twitter:title twitter:text:title')
const TITLE = metaNames(
  'citation_title parsely-title sailthru.title dc.title dcterms.title headline cxenseparse:title title',
)
const DESCRIPTION = metaNames('og:description description twitter:description')
const OTHER_DESCRIPTION = metaNames('dc.description dcterms.description sailthru.description abstract')
const PUBLISHED = metaNames(
  'article:published_time og:article:published_time datePublished article:published article.published og:published_time og:publish_date og:datePublished og:pubdate published_time published_at parsely-pub-date sailthru.date cxenseparse:recs:publishtime cxenseparse:publishtime shareaholic:article_published_time publish-date publication_date publishdate pubdate pub_date pdate date-pub published displaydate article_date_original dcsext.articleFirstPublished dc.date.issued dcterms.issued dcterms.created dc.date.created dc:date:published citation_publication_date citation_online_date citation_date dc.date dcterms.date date.release sn-post-date awa-publisheddate w-published-date article:publicationdate dateCreated date',
)
const PUBLISHED_UNIX = metaNames(
  'dm_timestamp veeseo:date acquia_lift:published_date time article:published_time',
)
const MODIFIED = metaNames(
  'article:modified_time og:article:modified_time dateModified article:modified article.updated og:modified_time shareaholic:article_modified_time dc.date.modified dcterms.modified cxenseparse:recs:modifiedtime article_date_updated updated-date dateupdate last-modified lastmod last-updated last_updated updated updated_at og:updated_time',
)
const AUTHORS = metaNames(
  'author article:author og:article:author byl dc.creator dcterms.creator citation_author citation_authors parsely-author sailthru.author cxenseparse:author shareaholic:article_author_name article_author authors og:author',
)
const TWITTER_LABELS = metaNames('twitter:label1 twitter:label2')
const TWITTER_DATA = metaNames('twitter:data1 twitter:data2')
const WRITTEN_BY =
  /^(?:written by|posted by|author|verfasst von|geschrieben von|écrit par|escrito por|scritto da|geschreven door|автор|yazan|作者|执笔者|投稿者|著者|執筆者)$/i
const SITE_NAME = metaNames('og:site_name')
const APPLICATION = metaNames('application-name apple-mobile-web-app-title')
const LANGUAGE = metaNames('content-language dc.language dcterms.language language inLanguage og:locale')
const CANONICAL = metaNames('og:url')
const IMAGE = metaNames(
  'og:image og:image:secure_url og:image:url twitter:image twitter:image:src sailthru.image.full parsely-image-url thumbnail',
)
/** What publishing systems name where a page has no image. */
const NO_IMAGE = /^https?:\/\/s\d\.wp\.com\/i\/blank\.(?:jpg|png|gif)(?:$|\?)/
const ITEM_IMAGE = metaNames('image thumbnailUrl')
const LICENCE = metaNames('dc.rights dcterms.license dcterms.rights dc.rights.license license licence')

/** Bytes of linked data that are read of one page. */
const MAX_LINKED_BYTES = 4_000_000
/** Bytes of a language that are read. */
const MAX_LANG = 200

/**
 * Reads what a page says of itself: from linked data, `meta` and `link` elements, then microdata, then the
 * text around its heading, each where the ones before say nothing.
 *
 * Every value is one line of well-formed text of bounded length; URLs are absolute, dates are ISO 8601. No input throws.
 * O(bytes).
 */
export function readMetadata(sources: PageSources, marked: MarkedElements, url?: string): PageMetadata {
  const { tree } = sources
  const metas = new MetaTags(sources)
  const links = readPageLinks(sources, marked)
  const declaredUrl = canonicalOf(links, metas, url)
  const base = absoluteUrl(declaredBase(sources), url ?? declaredUrl) ?? url ?? declaredUrl
  const canonicalUrl = base === url ? declaredUrl : canonicalOf(links, metas, base)
  const documentTitle = sources.title < 0 ? undefined : cleanValue(elementText(tree, sources.title))
  const socialTitle = metas.text(OG_TITLE)
  const linked = readLinkedData(linkedDataOf(sources), {
    urls: [url, canonicalUrl].filter((known) => known !== undefined).map(urlKey),
    titles: [socialTitle, documentTitle].filter((title) => title !== undefined),
  })
  const language =
    languageTag(declaredLanguage(sources)) ??
    metas.find(LANGUAGE, languageTag) ??
    languageTag(linked?.language)
  const heading = firstHeading(sources)
  const site = siteOf(metas, linked, url ?? canonicalUrl, documentTitle, socialTitle)
  const late = new LateSources(tree, inOrder(marked.items, metas.items), heading.node, language)
  const dates = datesOf(sources, metas, linked, late, language, url ?? canonicalUrl)
  const title = pageTitle({
    candidates: [
      cleanValue(linked?.headline),
      socialTitle,
      metas.text(TITLE),
      documentTitle,
      heading.text === undefined ? cleanValue(linked?.name) : undefined,
    ],
    heading: heading.text,
    siteKeys: site.keys,
  })
  const imageUrl = (value: string | undefined) => {
    const image = absoluteUrl(value, base)
    return image !== undefined && NO_IMAGE.test(image) ? undefined : image
  }
  return withoutUndefined({
    title,
    authors: authorsOf(metas, linked, late, site.nameKeys),
    ...dates,
    description: descriptionOf(metas, linked),
    language,
    siteName: site.name,
    canonicalUrl,
    imageUrl:
      metas.findUrl(IMAGE, imageUrl) ??
      imageUrl(linked?.imageUrl) ??
      metas.findUrl(ITEM_IMAGE, imageUrl) ??
      imageUrl(links.image),
    ...licenceStatement(links, metas, linked, base),
    articleBody: linked?.articleBody,
    hasArticleBody: linked?.hasArticleBody ?? false,
  })
}

/** Text of the linked data, a script each. */
function linkedDataOf({ tree, linkedData }: PageSources): string[] {
  const { bytes, from, to } = tree
  const scripts: string[] = []
  let size = 0
  for (const script of linkedData) {
    size += (to[script] as number) - (from[script] as number)
    if (size > MAX_LINKED_BYTES) break
    scripts.push(bufferOf(bytes).toString('utf8', from[script], to[script]))
  }
  return scripts
}

function declaredLanguage({ tree, roots }: PageSources): string | undefined {
  return firstOf(
    roots,
    (root) => attribute(tree, root, 'lang', MAX_LANG) ?? attribute(tree, root, 'xml:lang', MAX_LANG),
  )
}

function declaredBase({ tree, bases }: PageSources): string | undefined {
  return firstOf(bases, (base) => attribute(tree, base, 'href', MAX_VALUE_BYTES))
}

function firstOf<T>(nodes: readonly number[], read: (node: number) => T | undefined): T | undefined {
  for (const node of nodes) {
    const found = read(node)
    if (found !== undefined) return found
  }
  return undefined
}

function canonicalOf(
  { canonical }: PageLinks,
  metas: MetaTags,
  base: string | undefined,
): string | undefined {
  return absoluteUrl(canonical, base) ?? metas.findUrl(CANONICAL, (value) => absoluteUrl(value, base))
}

type Present<T> = { [Key in keyof T]: Exclude<T[Key], undefined> }

function withoutUndefined<T extends { hasArticleBody: boolean }>(
  value: T,
): Partial<Present<T>> & Pick<T, 'hasArticleBody'> {
  const present: Record<string, unknown> = {}
  for (const [name, item] of Object.entries(value)) if (item !== undefined) present[name] = item
  return present as Partial<Present<T>> & Pick<T, 'hasArticleBody'>
}

/** `time` elements that are looked at. */
const MAX_TIMES = 200

/** Sources that cost a pass of their own, read when the first question comes to them. */
class LateSources {
  readonly #tree: Tree
  readonly #items: readonly number[]
  readonly #heading: number
  readonly #language: string | undefined
  #microdata: Microdata | undefined
  #head: ArticleHead | undefined

  constructor(tree: Tree, items: readonly number[], heading: number, language: string | undefined) {
    this.#tree = tree
    this.#items = items
    this.#heading = heading
    this.#language = language
  }

  get microdata(): Microdata {
    this.#microdata ??= readMicrodata(this.#tree, this.#items, this.#heading)
    return this.#microdata
  }

  get head(): ArticleHead {
    this.#head ??=
      this.#heading < 0
        ? { authors: [], published: undefined, modified: undefined }
        : readArticleHead(this.#tree, this.#heading, this.#language)
    return this.#head
  }

  /** Authors around the heading. Where nobody asked for dates there, none are read. */
  get headAuthors(): readonly string[] {
    if (this.#head !== undefined) return this.#head.authors
    return this.#heading < 0 ? [] : readHeadAuthors(this.#tree, this.#heading)
  }

  /** When the page was modified, of sources that were read for something else. */
  modifiedSeen(language: string | undefined): string | undefined {
    const modified = this.#microdata?.modified
    return (modified === undefined ? undefined : isoDate(modified, { language })) ?? this.#head?.modified
  }

  /** The date of an element with `pubdate`, or of the only `time` element there is. */
  timeOf(nodes: readonly number[]): string | undefined {
    const tree = this.#tree
    const marked = nodes.slice(0, MAX_TIMES).find((node) => attribute(tree, node, 'pubdate', 0) !== undefined)
    const node = marked ?? (nodes.length === 1 ? nodes[0] : undefined)
    if (node === undefined) return undefined
    return isoDate(attribute(tree, node, 'datetime', MAX_VALUE_BYTES) ?? elementText(tree, node), {
      language: this.#language,
    })
  }
}

interface Heading {
  readonly node: number
  readonly text: string | undefined
}

/** The first heading that has text. */
function firstHeading({ tree, headings }: PageSources): Heading {
  for (const node of headings.slice(0, 5)) {
    const text = cleanValue(elementText(tree, node))
    if (text !== undefined) return { node, text }
  }
  return { node: -1, text: undefined }
}

interface Site {
  readonly name: string | undefined
  /** Keys of the names that the page gives it, and of its host. */
  readonly nameKeys: ReadonlySet<string>
  /** The same, and what else a host may be called. */
  readonly keys: ReadonlySet<string>
}

function siteOf(
  metas: MetaTags,
  linked: LinkedData | undefined,
  url: string | undefined,
  documentTitle: string | undefined,
  title: string | undefined,
): Site {
  const host = url === undefined ? '' : (URL.parse(url)?.hostname ?? '').replace(/^(?:www\d?|m|amp)\./, '')
  const hostNames = host === '' ? [] : [host, `www.${host}`, ...labelsOf(host)]
  const hostKeys = new Set<string>()
  for (const key of hostNames.map(nameKey)) hostKeys.add(key).add(key.startsWith('the') ? key.slice(3) : key)
  const declared = metas.text(SITE_NAME)
  const application = metas.text(APPLICATION)
  const linkedName = cleanValue(linked?.siteName)
  const name =
    siteName(declared === undefined ? undefined : nameBehindTitle(declared, title, hostKeys)) ??
    siteName(linkedName) ??
    siteName(application) ??
    (documentTitle === undefined ? undefined : siteNameInTitle(documentTitle, hostKeys))
  const names = new Set([name, declared, application, linkedName, ...(linked?.siteNames ?? []), ...hostNames])
  const nameKeys = new Set<string>()
  for (const each of names) if (each !== undefined) nameKeys.add(nameKey(each))
  const keys = nameKeys.union(hostKeys)
  keys.delete('')
  return { name, nameKeys, keys }
}

/** A name, or the host where the site gives its URL for one. */
function siteName(value: string | undefined): string | undefined {
  if (value === undefined || value.startsWith('@')) return undefined
  return /^https?:\/\//i.test(value) ? URL.parse(value)?.hostname.replace(/^www\./, '') : value
}

/** The label of a host that a registry gave out, as far as that can be told without a list. */
function labelsOf(host: string): string[] {
  const labels = host.split('.')
  const isSecondLevel =
    labels.length > 2 && /^(?:co|com|org|net|ac|gov|edu|or|ne|go)$/.test(labels.at(-2) ?? '')
  const label = labels.at(isSecondLevel ? -3 : -2)
  return label === undefined || label.length < 3 ? [] : [label]
}

function descriptionOf(metas: MetaTags, linked: LinkedData | undefined): string | undefined {
  const description =
    metas.text(DESCRIPTION) ?? cleanValue(linked?.description) ?? metas.text(OTHER_DESCRIPTION)
  if (description === undefined) return undefined
  // Social networks are given less of it than search engines.
  const start = description.replace(/\s?(?:…|\.\.\.)$/, '')
  if (start === description) return description
  const longer = metas.text(DESCRIPTION.slice(1)) ?? cleanValue(linked?.description)
  return longer?.startsWith(start) === true ? longer : description
}

function datesOf(
  { times }: PageSources,
  metas: MetaTags,
  linked: LinkedData | undefined,
  late: LateSources,
  language: string | undefined,
  url: string | undefined,
): { published: string | undefined; modified: string | undefined } {
  const inLanguage = (value: string | undefined, context: DateContext = { language }) =>
    value === undefined ? undefined : isoDate(value, context)
  const unix = (value: string) => isoDate(value, { isUnixTime: true })
  const modified = inLanguage(linked?.modified) ?? metas.find(MODIFIED, inLanguage)
  const published =
    inLanguage(linked?.published) ??
    metas.find(PUBLISHED, inLanguage) ??
    metas.find(PUBLISHED_UNIX, unix) ??
    inLanguage(late.microdata.published) ??
    late.head.published ??
    late.timeOf(times) ??
    dateInUrl(url)
  return { published, modified: modified ?? late.modifiedSeen(language) }
}

/** The date in the path of a URL, where publishing systems put it: `/2019/11/18/`. */
function dateInUrl(url: string | undefined): string | undefined {
  const found = url === undefined ? null : /\/((?:19|20)\d\d)\/(\d\d)\/(\d\d)\//.exec(url.slice(0, 2000))
  return found === null ? undefined : isoDate(`${found[1]}-${found[2]}-${found[3]}`)
}

function authorsOf(
  metas: MetaTags,
  linked: LinkedData | undefined,
  late: LateSources,
  siteNames: ReadonlySet<string>,
): readonly string[] | undefined {
  const names = (statements: readonly string[]) => {
    const found = statements.length === 0 ? [] : authorNames(statements, siteNames)
    return found.length === 0 ? undefined : found
  }
  const declared = () => {
    for (const name of AUTHORS) {
      const found = names(metas.all(name))
      if (found !== undefined) return found
    }
    return undefined
  }
  const labelled = () => {
    const index = TWITTER_LABELS.findIndex((label) => WRITTEN_BY.test(metas.text([label]) ?? ''))
    return index < 0 ? undefined : names(metas.all(TWITTER_DATA[index] as number))
  }
  return (
    names(linked?.authors ?? []) ??
    declared() ??
    labelled() ??
    names(late.microdata.authors) ??
    names(late.headAuthors)
  )
}

/** A link with `rel=license`, what linked data or metadata say, or a link to Creative Commons. */
function licenceStatement(
  { licence, creativeCommons }: PageLinks,
  metas: MetaTags,
  linked: LinkedData | undefined,
  base: string | undefined,
): LicenceStatement {
  return statedLicence([
    ['rel-license', absoluteUrl(licence, base)],
    ['linked-data', cleanValue(linked?.licence)],
    ['meta', metas.text(LICENCE)],
    ['link', absoluteUrl(creativeCommons, base)],
  ])
}

import type { ReadItem } from '../../model/record.ts'
import { walkXml } from '../../text/xml.ts'

/** What of a dump's header the records need. */
export interface SiteInfo {
  /** URL of the wiki's pages without the title: `https://en.wikipedia.org/wiki/`. */
  readonly base?: string
  /** `xml:lang` of the dump. */
  readonly language?: string
  readonly siteName?: string
}

/** Reads the header of a dump: the XML up to `</siteinfo>` or the first page. `undefined` = no dump. */
export function readSiteInfo(head: string): SiteInfo | undefined {
  const values = new Map<string, string>()
  let path = ''
  let isDump = false
  walkXml(head, {
    open(name, attributes) {
      path = `${path}/${name}`
      if (path !== '/mediawiki') return
      isDump = true
      const language = attributes['xml:lang']
      if (language !== undefined && /^[\w-]{1,35}$/.test(language)) values.set('language', language)
    },
    text(data) {
      if (path.startsWith('/mediawiki/siteinfo/')) values.set(path, (values.get(path) ?? '') + data)
    },
    close() {
      path = path.slice(0, Math.max(0, path.lastIndexOf('/')))
    },
  })
  if (!isDump) return undefined
  const main = values.get('/mediawiki/siteinfo/base')
  const language = values.get('language')
  const siteName = values.get('/mediawiki/siteinfo/sitename')
  return {
    ...(main !== undefined && /^https?:\/\/[^/]+\/./.test(main)
      ? { base: main.slice(0, main.lastIndexOf('/') + 1) }
      : {}),
    ...(language === undefined ? {} : { language }),
    ...(siteName === undefined ? {} : { siteName }),
  }
}

/** Elements of a page that are read, by path below `<page>`. The last revision of several counts. */
const READ = new Set([
  '/page/title',
  '/page/ns',
  '/page/id',
  '/page/revision/id',
  '/page/revision/timestamp',
  '/page/revision/model',
  '/page/revision/text',
])

/** A page as a record, a skip (another namespace, a redirect, a deleted text) or a failure. */
export function pageItem(
  xml: string,
  position: number,
  site: SiteInfo,
  namespaces: readonly number[],
): ReadItem {
  const values = new Map<string, string[]>()
  let path = ''
  let redirect: string | undefined
  let deleted = false
  const whole = walkXml(
    xml,
    {
      open(name, attributes) {
        path = `${path}/${name}`
        if (path === '/page/redirect') redirect = attributes['title'] ?? ''
        if (READ.has(path)) values.set(path, [])
        if (path === '/page/revision/text') deleted = attributes['deleted'] !== undefined
      },
      text(data) {
        values.get(path)?.push(data)
      },
      close() {
        path = path.slice(0, Math.max(0, path.lastIndexOf('/')))
      },
    },
    { maxDepth: 16 },
  )
  const value = (name: string): string | undefined => values.get(`/page/${name}`)?.join('')
  const title = value('title')
  const id = value('id')
  const revision = value('revision/id')
  const text = value('revision/text')
  const ns = Number(value('ns') ?? Number.NaN)
  const missing = [
    title === undefined || title === '' ? 'title' : undefined,
    id === undefined || !/^\d{1,15}$/.test(id) ? 'id' : undefined,
    revision === undefined || !/^\d{1,15}$/.test(revision) ? 'revision id' : undefined,
    Number.isInteger(ns) ? undefined : 'namespace',
    text === undefined ? 'text' : undefined,
  ].filter((name) => name !== undefined)
  if (!whole || missing.length > 0 || title === undefined || text === undefined) {
    const detail = whole ? `a page without ${missing.join(', ')}` : 'elements nested deeper than 16'
    return { failure: { position, reason: 'bad-xml', detail } }
  }
  const url = site.base === undefined ? undefined : site.base + titlePath(title)
  const place = { position, ...(url === undefined ? {} : { url }) }
  if (!namespaces.includes(ns)) {
    return { skipped: { ...place, skip: 'not-an-article', detail: `namespace ${ns}` } }
  }
  if (redirect !== undefined) return { skipped: { ...place, skip: 'redirect' } }
  if (deleted) return { skipped: { ...place, skip: 'deleted-text' } }
  return {
    record: {
      format: 'wikipedia',
      ...place,
      key: `${id}:${revision}`,
      contentType: 'text/x-wiki',
      body: Buffer.from(text),
      fields: {
        title,
        ns,
        redirect: null,
        timestamp: value('revision/timestamp') ?? null,
        model: value('revision/model') ?? null,
        language: site.language ?? null,
        siteName: site.siteName ?? null,
      },
    },
  }
}

/** A title as MediaWiki writes it in a URL: underscores for spaces, and these marks as they are. */
function titlePath(title: string): string {
  return encodeURIComponent(title.toWellFormed().replaceAll(' ', '_')).replace(
    /%(?:3B|40|24|2C|2F|3A)/g,
    (escape) => decodeURIComponent(escape),
  )
}

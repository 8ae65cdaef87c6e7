import type { Json } from '../../model/document.ts'
import { localName, walkXml, type XmlElement, xmlElements } from '../../text/xml.ts'

/** What the package document (OPF) of a book says. */
export interface BookPackage {
  readonly metadata: BookMetadata
  /** The reading order. */
  readonly spine: readonly SpineItem[]
  /** Paths of the navigation document (EPUB 3), where there is one. */
  readonly navigation: string | undefined
  /** Types of the EPUB 2 guide, by path. */
  readonly guide: ReadonlyMap<string, string>
}

/** Dublin Core of a book; a name that the book does not give is absent. */
export type BookMetadata = Readonly<Record<string, Json>> & {
  readonly title?: string
  readonly creators?: readonly string[]
  readonly language?: string
}

export interface SpineItem {
  /** Path within the archive. */
  readonly path: string
  readonly linear: boolean
  readonly navigation: boolean
}

/** Path of the package document that META-INF/container.xml names first. */
export function packagePath(container: string): string | undefined {
  const root = xmlElements(container, new Set(['rootfile'])).find(
    ({ attributes }) => attributes['full-path'] !== undefined && attributes['full-path'] !== '',
  )
  return root?.attributes['full-path']
}

/** Paths that META-INF/encryption.xml lists, without those whose algorithm only hides fonts. */
export function encryptedPaths(encryption: string): ReadonlySet<string> {
  const paths = new Set<string>()
  let algorithm = ''
  for (const { name, attributes } of xmlElements(
    encryption,
    new Set(['EncryptionMethod', 'CipherReference', 'EncryptedData']),
  )) {
    if (name === 'EncryptedData') algorithm = ''
    else if (name === 'EncryptionMethod') algorithm = attributes['Algorithm'] ?? ''
    else if (!FONT_OBFUSCATION.has(algorithm)) paths.add(resolvePath('', attributes['URI'] ?? '').path)
  }
  return paths
}

const FONT_OBFUSCATION = new Set(['http://www.idpf.org/2008/embedding', 'http://ns.adobe.com/pdf/enc#RC'])

/** Media types of content documents; other spine items (images, SVG) hold no text of the book. */
const TEXT_TYPES =
  /^(?:application\/xhtml\+xml|text\/html|application\/x-dtbook\+xml|text\/x-oeb1-document)$/i

// biome-ignore format: one line a group
const WANTED = new Set([
  'title', 'creator', 'language', 'rights', 'publisher', 'date', 'subject', 'identifier',
  'meta', 'item', 'itemref', 'reference',
])

/** Reads the package document found at `path`. `undefined` = no spine. */
export function readPackage(opf: string, path: string): BookPackage | undefined {
  const elements = xmlElements(opf, WANTED)
  const items = new Map<string, { path: string; navigation: boolean; text: boolean }>()
  for (const { name, attributes } of elements) {
    const { id, href } = attributes
    if (name !== 'item' || id === undefined || href === undefined) continue
    const type = attributes['media-type'] ?? ''
    items.set(id, {
      path: resolvePath(path, href).path,
      navigation: words(attributes['properties']).includes('nav'),
      text: TEXT_TYPES.test(type) || (type === '' && /\.x?html?$/i.test(href)),
    })
  }
  const spine = elements.flatMap(({ name, attributes }) => {
    const item = name === 'itemref' ? items.get(attributes['idref'] ?? '') : undefined
    if (item === undefined || !item.text) return []
    return [{ path: item.path, linear: attributes['linear'] !== 'no', navigation: item.navigation }]
  })
  const guide = new Map<string, string>()
  for (const { name, attributes, parents } of elements) {
    if (name !== 'reference' || !parents.endsWith('guide')) continue
    addType(
      guide,
      resolvePath(path, attributes['href'] ?? ''),
      GUIDE_TYPES[attributes['type'] ?? ''] ?? attributes['type'],
    )
  }
  const navigation = [...items.values()].find((item) => item.navigation)?.path
  return spine.length === 0 ? undefined : { metadata: readMetadata(elements), spine, navigation, guide }
}

/** Names of the EPUB 2 guide that EPUB 3 spells otherwise. */
const GUIDE_TYPES: Readonly<Record<string, string>> = {
  'title-page': 'titlepage',
  notes: 'endnotes',
  text: 'bodymatter',
  start: 'bodymatter',
  acknowledgements: 'acknowledgments',
}

/** Types that the landmarks of a navigation document give, by path. */
export function readLandmarks(navigation: string, path: string): ReadonlyMap<string, string> {
  const types = new Map<string, string>()
  const stack: boolean[] = []
  walkXml(navigation, {
    open(name, attributes) {
      const inside =
        stack.at(-1) === true ||
        (localName(name) === 'nav' && words(attributes['epub:type']).includes('landmarks'))
      stack.push(inside)
      if (inside && localName(name) === 'a') {
        addType(types, resolvePath(path, attributes['href'] ?? ''), attributes['epub:type'])
      }
    },
    close() {
      stack.pop()
    },
  })
  return types
}

/** A link to a place within a file says nothing of the file, but for the start of the text. */
function addType(types: Map<string, string>, link: Link, type: string | undefined): void {
  if (type === undefined || type === '' || (link.fragment && !words(type).includes('bodymatter'))) return
  const known = types.get(link.path)
  types.set(link.path, known === undefined ? type : `${known} ${type}`)
}

function readMetadata(elements: readonly XmlElement[]): BookMetadata {
  const dublin = elements.filter(
    ({ name, parents }) => name !== 'meta' && /(?:^|\/)(?:metadata|dc-metadata)$/.test(parents),
  )
  const all = (name: string): string[] =>
    dublin
      .filter((element) => element.name === name)
      .map(({ text }) => collapse(text))
      .filter((text) => text !== '')
  const role = (element: XmlElement): string | undefined =>
    element.attributes['opf:role'] ??
    elements
      .find(
        ({ name, attributes }) =>
          name === 'meta' &&
          attributes['property'] === 'role' &&
          attributes['refines'] === `#${element.attributes['id']}`,
      )
      ?.text.trim()
  const creators = dublin
    .filter((element) => element.name === 'creator' && (role(element) ?? 'aut') === 'aut')
    .map(({ text }) => collapse(text))
  const date = dublin.find(
    ({ name, attributes }) => name === 'date' && attributes['opf:event'] === 'publication',
  )?.text
  const found: Record<string, Json | undefined> = {
    title: all('title')[0],
    creators: creators.length > 0 ? creators : all('creator'),
    language: all('language')[0],
    rights: all('rights')[0],
    publisher: all('publisher')[0],
    date: date === undefined ? all('date')[0] : collapse(date),
    subjects: all('subject'),
    identifier: all('identifier')[0],
  }
  return Object.fromEntries(
    Object.entries(found).filter(
      (entry): entry is [string, Json] => entry[1] !== undefined && entry[1] !== '',
    ),
  )
}

interface Link {
  readonly path: string
  readonly fragment: boolean
}

/** Path of a link within the archive, from the file that holds it. */
function resolvePath(from: string, href: string): Link {
  const [target = '', fragment] = href.split('#', 2)
  const parts = target.startsWith('/') ? [] : from.split('/').slice(0, -1)
  for (const part of unescapePath(target).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.' && part !== '') parts.push(part)
  }
  return { path: target === '' ? from : parts.join('/'), fragment: fragment !== undefined && fragment !== '' }
}

function unescapePath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch (error) {
    if (error instanceof URIError) return path
    throw error
  }
}

function words(text: string | undefined): string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '')
}

function collapse(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

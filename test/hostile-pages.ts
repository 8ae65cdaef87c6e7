const FILLER = `<p>${'Plain text of an article that is long enough to be taken for one. '.repeat(4)}</p>`

/** Pages that have made extractors quadratic, or worse, by the thing that is repeated. */
const HOSTILE: Readonly<Record<string, (bytes: number) => string>> = {
  'nested div': nested('<div>', 'x', '</div>'),
  'nested div, never closed': repeated('<div>'),
  'nested b, i misnested': repeated('<b><i>x</b></i>'),
  'nested table': nested('<table><tr><td>', 'x', '</td></tr></table>'),
  'nested ul': nested('<ul><li>', 'x', '</li></ul>'),
  'nested blockquote': nested('<blockquote><p>', 'x', '</p></blockquote>'),
  'nested custom elements': repeated('<my-box>x'),
  'stray end tags under deep nesting': (bytes) =>
    `${'<div><span>'.repeat(2000)}${repeated('</b></p></section>')(bytes)}`,
  'attributes on one tag': (bytes) => `<div ${numbered(bytes, (index) => `a${index}="v" `)}>${FILLER}`,
  'attributes without end': (bytes) => `<div ${repeated('a=')(bytes)}`,
  'one attribute, huge': (bytes) => `<div class="${repeated('comment sidebar ')(bytes)}">${FILLER}</div>`,
  'different classes': (bytes) =>
    numbered(bytes, (index) => `<p class="c${index} x${index * 7}">text ${index}</p>`),
  'less-than signs': repeated('<'),
  ampersands: repeated('&'),
  'entities cut': repeated('&amp&#x1F600&notit'),
  'comments open': repeated('<!--'),
  'comments, dashes': (bytes) => `<!--${repeated('--!')(bytes)}`,
  'quotes open': repeated('<a href="'),
  'scripts open': repeated('<script>'),
  'script with </ everywhere': (bytes) => `<script>${repeated('</scrip ')(bytes)}</script>${FILLER}`,
  'titles open': repeated('<title>'),
  'CDATA open': repeated('<![CDATA['),
  'paragraphs of one letter': repeated('<p>x'),
  links: repeated('<a href="/x">link</a> '),
  'line breaks': repeated('x<br>'),
  'white space': (bytes) => `<p>a${repeated(' \n\t')(bytes)}b</p>`,
  'a line without spaces': (bytes) => `<p>${repeated('aaaaaaaaaaaaaaaa')(bytes)}</p>`,
  'dates that are none': (bytes) => `<p>${repeated('2020-01-0120-01-')(bytes)}</p>`,
  'by by by': (bytes) => `<p>${repeated('by By BY Jan ')(bytes)}</p>`,
  'dots and dashes': (bytes) => `<p>${repeated('.-.-|•· ')(bytes)}</p>`,
  times: (bytes) => numbered(bytes, (index) => `<time datetime="2020-01-01">${index}</time>`),
  metas: (bytes) => numbered(bytes, (index) => `<meta name="author" content="n${index}">`),
  'linked data nested': (bytes) =>
    `<script type="application/ld+json">${'['.repeat(bytes / 2)}${']'.repeat(bytes / 2)}</script>${FILLER}`,
  'linked data objects': (bytes) =>
    `<script type="application/ld+json">[${repeated('{"@type":"Article","author":{"name":"x"}},')(bytes)}{}]</script>${FILLER}`,
  'linked data blocks': repeated('<script type="application/ld+json">{"@type":"Article"}</script>'),
  headings: (bytes) => numbered(bytes, (index) => `<h${(index % 6) + 1}>h ${index}</h${(index % 6) + 1}>`),
  'table of one row': (bytes) => `<table><tr>${repeated('<td>x')(bytes)}</table>`,
  'table of two rows, wide then many': (bytes) =>
    `<table><tr>${repeated('<td>x')(bytes / 2)}${repeated('<tr><td>x')(bytes / 2)}</table>`,
  'colspan and rowspan': repeated('<table><tr><td colspan=99999 rowspan=99999>x</table>'),
  options: repeated('<select><option>x'),
  'same block again': repeated(FILLER),
  'NUL bytes': repeated('\0'),
  'not UTF-8': (bytes) => `<p>${repeated('\xe9t\xe9 ')(bytes)}</p>`,
  'article of articles': repeated(`<article><h2>t</h2>${FILLER}</article>`),
}

/** Names of the kinds of pages. */
export const HOSTILE_PAGES: readonly string[] = Object.keys(HOSTILE)

/** A page of a kind, of about so many bytes. */
export function hostilePage(name: string, bytes: number): Uint8Array {
  return Buffer.from(HOSTILE[name]?.(bytes) ?? '', name === 'not UTF-8' ? 'latin1' : 'utf8')
}

function repeated(piece: string): (bytes: number) => string {
  return (bytes) => piece.repeat(Math.ceil(bytes / piece.length))
}

function nested(open: string, inner: string, close: string): (bytes: number) => string {
  return (bytes) => {
    const depth = Math.ceil(bytes / (open.length + close.length))
    return `${open.repeat(depth)}${inner}${close.repeat(depth)}`
  }
}

function numbered(bytes: number, piece: (index: number) => string): string {
  const parts: string[] = []
  for (let index = 0, length = 0; length < bytes; index++) {
    const part = piece(index)
    length += part.length
    parts.push(part)
  }
  return parts.join('')
}

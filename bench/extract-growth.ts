import { extract } from '../src/html/extract.ts'

/** Seconds a megabyte that ask for an end of the rows of a page: it grows faster than the page. */
const GIVE_UP_SECONDS = 20

/** Passes over one page before the clock counts. */
const WARM_RUNS = 40

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

/** CPU seconds for one page, the least of `runs`. */
function secondsFor(page: Uint8Array, runs: number): number {
  let least = Number.POSITIVE_INFINITY
  for (let run = 0; run < runs; run++) {
    const before = process.cpuUsage()
    const { text } = extract(page, { contentType: 'text/html; charset=utf-8' })
    const { user, system } = process.cpuUsage(before)
    if (text.length > 4 * page.length + 1000)
      throw new Error(`${text.length} characters of ${page.length} bytes`)
    least = Math.min(least, (user + system) / 1e6)
  }
  return least
}

/** Prints seconds a megabyte of a page's copies, once to 64 times; linear is one figure. */
export function measureCopies(name: string, page: Uint8Array): void {
  const row: string[] = []
  secondsFor(page, WARM_RUNS)
  for (let copies = 1; copies <= 64; copies *= 2) {
    const bytes = Buffer.concat(Array.from({ length: copies }, () => page))
    row.push(`${copies}x ${((secondsFor(bytes, copies < 16 ? 5 : 3) * 1e6) / bytes.length).toFixed(4)}`)
  }
  console.log(`  ${name} (${(page.length / 1e3).toFixed(0)} kB): ${row.join('  ')}`)
}

/** Prints seconds a megabyte of hostile pages at three sizes; a page over the limit of 1 s per MB is marked. */
export function measureHostile(): void {
  const sizes = [256 << 10, 1 << 20, 4 << 20]
  let over = 0
  for (const [name, make] of Object.entries(HOSTILE)) {
    const row: string[] = []
    let worst = 0
    for (const size of sizes) {
      const bytes = Buffer.from(make(size), name === 'not UTF-8' ? 'latin1' : 'utf8')
      const seconds = secondsFor(bytes, size === sizes[0] ? 2 : 1)
      const each = (seconds * 1e6) / bytes.length
      worst = Math.max(worst, each)
      row.push(each.toFixed(3))
      // The next is four times as long: at best four times the time, and sixteen if it is quadratic.
      if (seconds * 16 > GIVE_UP_SECONDS && each > 1) {
        row.push('given up')
        break
      }
    }
    if (worst > 1) over++
    console.log(`  ${worst > 1 ? 'OVER' : '    '} ${name.padEnd(36)} ${row.join('  ')}`)
  }
  console.log(`  ${Object.keys(HOSTILE).length} kinds, ${over} over 1 s per MB at 0.25, 1 or 4 MiB`)
}

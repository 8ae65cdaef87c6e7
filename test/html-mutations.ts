import { extract } from '../src/html/extract.ts'
import type { Extraction } from '../src/html/extraction.ts'

/** A generator of numbers from 0 (inclusive) to a bound (exclusive), the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

const SENTENCE = 'The field lies on a slope above the river, and the rain of spring runs off within a day. '

/** Small pages of the kinds that the web has; mutations are made of them. */
const PAGES: readonly string[] = [
  `<!doctype html><html lang=en><head><meta charset=utf-8><title>On soil &amp; rain | Site</title><meta property="og:title" content="On soil"><meta name=author content="A. Farmer"><link rel=canonical href="/soil"><script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle","headline":"On soil","datePublished":"2020-03-04T05:06:07+01:00","author":[{"@type":"Person","name":"A. Farmer"}],"articleBody":"${SENTENCE}"}</script></head><body class="post single"><header><nav class=menu><ul><li><a href=/>Home</a><li><a href=/a>About us</a></ul></nav></header><main><article itemscope itemtype="http://schema.org/Article"><h1>On soil</h1><p class=byline>By <a rel=author href=/f>A. Farmer</a>, <time datetime="2020-03-04">4 March 2020</time></p><p>${SENTENCE.repeat(3)}</p><h2 id=x>Clay</h2><p>${SENTENCE}<b>bold <i>both</b> mis</i>nested <a href="../clay?a=1&b=2">clay</a><ul><li>one<ul><li>inner</ul><li>two</ul><pre><code class="language-js">if (a &lt; b) {\n\treturn 1\n}</code></pre><blockquote><p>${SENTENCE}</blockquote><table><thead><tr><th>a<th>b</thead><tr><td>1<td colspan=2>2 | 3</table><figure><img src=a.jpg><figcaption>Caption</figcaption></figure></article><section id=comments class="comments"><h3>2 comments</h3><div class=comment><p>${SENTENCE}</div></section></main><aside class=sidebar><a href=/1>Read also</a></aside><footer>&copy; 2020 <a rel=license href="https://creativecommons.org/licenses/by/4.0/">CC BY</a></footer></body></html>`,
  `<html><head><title>Thread</title><body><noscript><div class="topic"><h1>How to plough?</h1><div class=post><span class=author>ada</span><p>${SENTENCE.repeat(2)}</div><div class=post><p>${SENTENCE}<br><br>second<br/>third</div></div></noscript><div hidden id="S:0"><p>${SENTENCE}</div><template><p>in a template</template><my-card><slot>${SENTENCE}</slot><other-card/></my-card><svg><title>svg</title><path d="M0 0"/><text>drawn</text></svg><math><mi>x</mi></math>`,
  '<body><table width=100%><tr><td bgcolor=#eee><font size=2><a href=1>one</a> | <a href=2>two</a> | <a href=3>three</a><td><center><h2>Old page</h2></center><p align=justify>Text of an old page, with &nbsp; &eacute;&#233;&#xe9;&#150;&bogus;&amp &lt;p> entities.<p>More of it<hr><dl><dt>term<dd>what it means<dt>other<dd>again</dl><map><area href=x></map><select><option>a<option>b</select><textarea>raw <b></textarea><iframe src=x>no</iframe><object><embed><param></object>',
  `<div class="product"><h1>Spade</h1><div itemprop=offers><span itemprop=price content="12.50">12.50</span></div><ul class=specs><li>Steel</li><li>Ash</li></ul><p>${SENTENCE}</p></div><div class="grid"><div class=card><a href=/1><h3>Rake</h3></a><p>Short text.</p></div><div class=card><a href=/2><h3>Hoe</h3></a><p>Short text.</p></div></div><!-- a comment --><![CDATA[ cdata ]]><?php echo 1 ?><!weird>`,
  '<html lang="ja"><meta charset="shift_jis"><title>土について</title><p>畑は川の上の斜面にあり、春の雨は一日で流れ去ります。土は軽く、夏には乾きます。</p><p dir=rtl>يقع الحقل على منحدر فوق النهر، ومطر الربيع يجري في يوم واحد.</p><p>মাঠটি নদীর উপরে একটি ঢালে অবস্থিত।</p><p>😀 emoji 👩‍🌾 joined e\u0301 \u00ad soft</p>',
]

/** Pieces that change how what follows is read. */
const PIECES: readonly string[] = (
  '<|>|</|/>|<!--|-->|--!>|<!|<?|<![CDATA[|]]>|"|\'|=|&|&#|&#x110000;|&#0;|&amp|;|\0|\r|\n\n|\t|\ufeff|\ufffd|<p>|</p>|<div>|</div>|<body>|</body>|<html>|<head>|</head>|' +
  '<table>|<td>|</table>|<tr>|<li>|<ul>|</ul>|<ol start=-5>|<script>|</script>|<style>|<title>|<textarea>|<noscript>|<template>|<svg>|<plaintext>|<pre>|<br>|<a href=">|<a href=x>|</a>|<h1>|<h7>|' +
  '<x-y>|<x-y/>|<form>|<select>|<option>|<iframe>|<base href="http://[">|<meta charset=utf-16>|<meta charset=iso-2022-jp>|<meta http-equiv=content-type content="text/html; charset=gbk">|' +
  '<script type="application/ld+json">{"@graph":[{"@type":["Article"],"author":null,"datePublished":5}]}</script>|<time datetime="9999-99-99T99:99:99">|<blockquote>|<code>|<td colspan=1000000000>|<div class="|<div style="display:none">|<p hidden>| class=comments| id=main| role=main'
).split('|')

const TYPES: readonly string[] = [
  'utf-8',
  'windows-1252',
  'utf-16le',
  'gb18030',
  'no-such',
  '"',
  'iso-2022-jp',
]

/** A page for the extractor, and how it is to be read. Some 10 bytes to 10 kB. */
export interface MutatedPage {
  readonly bytes: Uint8Array
  readonly options: Parameters<typeof extract>[1]
}

/** The page of a seed: cut, doubled, moved, spliced and strewn with pieces of markup and random bytes. */
export function mutatedPage(seed: number): MutatedPage {
  const random = randomNumbers(seed)
  const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T
  let page = Buffer.from(pick(PAGES))
  if (random(4) === 0) {
    const start = random(page.length)
    page = Buffer.from(page.subarray(start, start + 10 + random(page.length)))
  }
  for (let left = 1 + random(12); left > 0; left--) page = mutated(page, random, pick)
  const preset = pick(['precision', 'balanced', 'recall'] as const)
  return {
    bytes: page.subarray(0, MAX_BYTES),
    options: {
      format: 'json',
      preset,
      comments: random(2) === 0,
      links: random(2) === 0,
      ...(random(2) === 0
        ? { url: pick(['https://example.org/a/b.html?c#d', 'not a url', '', 'http://[']) }
        : {}),
      ...(random(2) === 0 ? { contentType: `text/html; charset=${pick(TYPES)}` } : {}),
    },
  }
}

const MAX_BYTES = 10_000

function mutated(
  page: Buffer<ArrayBuffer>,
  random: (below: number) => number,
  pick: <T>(list: readonly T[]) => T,
): Buffer<ArrayBuffer> {
  const at = random(page.length + 1)
  const length = 1 + random(random(4) === 0 ? 400 : 20)
  const before = page.subarray(0, at)
  const after = page.subarray(at)
  switch (random(9)) {
    case 0: // Leave a piece out.
      return Buffer.concat([before, page.subarray(at + length)])
    case 1: // Double it.
      return Buffer.concat([before, page.subarray(at, at + length), after])
    case 2: {
      // Move it to another place.
      const to = random(page.length + 1)
      return Buffer.concat([page.subarray(0, to), page.subarray(at, at + length), page.subarray(to)])
    }
    case 3: // Break it off.
      return random(4) === 0 ? Buffer.from(before) : page
    case 4: {
      // Random bytes. Those that are not ASCII seldom: a guess at the character set takes longer than the page.
      const most = random(8) === 0 ? 256 : 128
      const noise = Buffer.from(Array.from({ length: 1 + random(4) }, () => random(most)))
      return Buffer.concat([before, noise, after])
    }
    case 5: // The same piece many times.
      return Buffer.concat([before, Buffer.from(pick(PIECES).repeat(1 + random(300))), after])
    case 6: {
      // Part of another page.
      const other = Buffer.from(pick(PAGES))
      const from = random(other.length)
      return Buffer.concat([before, other.subarray(from, from + 1 + random(600)), after])
    }
    default:
      return Buffer.concat([before, Buffer.from(pick(PIECES)), after])
  }
}

/**
 * Extracts the page of a seed. Gives what is wrong with the result, or `undefined`.
 *
 * Text of N bytes is at most N characters, plus what an entity or a replaced byte may add; Markdown escapes, and
 * says where links lead, with the page's address before each.
 */
export function faultOf(seed: number): string | undefined {
  const { bytes, options } = mutatedPage(seed)
  let found: Extraction
  try {
    found = extract(bytes, options)
  } catch (error) {
    return `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
  }
  const { text, markdown = '', blocks = [], ...metadata } = found
  const most = 3 * bytes.length + 1000
  if (text.length > most) return `${text.length} characters of text from ${bytes.length} bytes`
  const mostMarked = 3 * most + 40 * bytes.length
  if (markdown.length > mostMarked) return `${markdown.length} of Markdown from ${bytes.length} bytes`
  const json = JSON.stringify(blocks)
  if (json.length > 2 * mostMarked) return `${json.length} of blocks from ${bytes.length} bytes`
  const said = JSON.stringify(metadata)
  if (said.length > 4 * most) return `${said.length} of metadata from ${bytes.length} bytes`
  for (const [name, value] of Object.entries({ text, markdown, ...metadata })) {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value]
    for (const each of values) {
      if (typeof each !== 'string') return `${name} is ${typeof each}`
      if (!each.isWellFormed()) return `${name} holds a lone surrogate`
      if (name !== 'text' && name !== 'markdown' && each.trim() === '') return `${name} is there and empty`
    }
  }
  return undefined
}

/** What the extractor gives for a seed, to compare with another time: nothing of a page may stay for the next. */
export function printedOf(seed: number): string {
  const { bytes, options } = mutatedPage(seed)
  return JSON.stringify(extract(bytes, options))
}

/** Pages from `first` on; every {@link AGAIN}th is extracted again behind the {@link AGAIN} that follow it. */
export function firstFault(first: number, count: number): string | undefined {
  let kept: { seed: number; printed: string } | undefined
  for (let seed = first; seed < first + count; seed++) {
    const fault = faultOf(seed)
    if (fault !== undefined) return `page ${seed}: ${fault}`
    if ((seed - first) % AGAIN !== 0) continue
    if (kept !== undefined && printedOf(kept.seed) !== kept.printed) {
      return `page ${kept.seed}: another result behind other pages`
    }
    kept = { seed, printed: printedOf(seed) }
  }
  return undefined
}

const AGAIN = 100

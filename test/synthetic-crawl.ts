import { gzipSync, zstdCompressSync } from 'node:zlib'
import { http, warcRecord } from './golden/warc/maker.ts'

/** What a made crawl is like. Equal settings give equal bytes. */
export interface SyntheticCrawl {
  /** Least number of paragraphs of a page's main content; each is about 400 bytes of text. */
  readonly paragraphs?: number
  /** Every so manyth page has the text of the page before it, under a URL of its own; 0 = none. */
  readonly copyEvery?: number
  /** Every so manyth page is too short to be kept; 0 = none. */
  readonly shortEvery?: number
}

/** URL of a made page. */
export function pageUrl(number: number): string {
  return `https://site${number % 17}.test/articles/${number}`
}

/** Words of a made text: those of page `number`, the same on every machine. */
export function pageText(number: number, paragraphs: number): readonly string[] {
  const draw = drawer(number)
  return Array.from({ length: paragraphs }, () => {
    const sentences = Array.from({ length: 5 }, () => {
      const words = Array.from({ length: 12 }, () => WORDS[draw(WORDS.length)] ?? '')
      return `${words.join(' ').replace(/^./, (letter) => letter.toUpperCase())}.`
    })
    return sentences.join(' ')
  })
}

/** A page as HTML: a menu, a main content and a footer, as an extractor expects them. */
export function pageHtml(number: number, crawl: SyntheticCrawl = {}): string {
  const { paragraphs = 6, copyEvery = 13, shortEvery = 11 } = crawl
  const isCopy = copyEvery > 0 && number % copyEvery === copyEvery - 1
  const isShort = shortEvery > 0 && number % shortEvery === shortEvery - 1
  const source = isCopy ? number - 1 : number
  const text = pageText(source, isShort && !isCopy ? 1 : paragraphs + (source % 3))
  const shown = isShort && !isCopy ? text.map((paragraph) => paragraph.slice(0, 200)) : text
  const body = shown.map((paragraph) => `<p>${paragraph}</p>`).join('\n')
  return `<!doctype html><html lang="en"><head><title>Page ${number}</title></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li><li><a href="/about">About</a></li></ul></nav>
<article><h1>Article ${isCopy ? number - 1 : number}</h1>
${body}
</article><footer><p><a href="/terms">Terms</a></p></footer></body></html>`
}

/** The record of a page: a response with an id of its own. */
export function pageRecord(number: number, crawl: SyntheticCrawl = {}): Buffer {
  return warcRecord({
    url: pageUrl(number),
    id: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    block: http(pageHtml(number, crawl), ['Content-Type: text/html; charset=utf-8']),
  })
}

/** The record of any page of HTML. */
export function warcPage(url: string, html: string): Buffer {
  return warcRecord({ url, block: http(html, ['Content-Type: text/html; charset=utf-8']) })
}

/** A WARC of pages, one gzip member a record. */
export function pagesArchive(numbers: Iterable<number>, crawl: SyntheticCrawl = {}): Buffer {
  return archive([...numbers].map((number) => pageRecord(number, crawl)))
}

/** A WARC of records, one gzip member each. */
export function archive(records: readonly Uint8Array[]): Buffer {
  return Buffer.concat(records.map((record) => gzipSync(record, { level: 1 })))
}

/** Whole numbers from `first`, `count` of them. */
export function range(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => first + index)
}

/**
 * Reddit submissions that link to made pages, as JSON lines: most pages once, every 5th twice with
 * another score and a tracking parameter, every 7th below 3 karma, every 9th not at all; and for every
 * 10th page a self post, a link to a picture and a link to a page that nobody crawled.
 */
export function submissionLines(numbers: Iterable<number>): readonly string[] {
  const lines: string[] = []
  const add = (id: string, url: string, score: number, isSelf = false): void => {
    lines.push(
      JSON.stringify({
        id,
        url,
        score,
        is_self: isSelf,
        title: `Submission ${id}`,
        subreddit: 'test',
        created_utc: 1_375_315_200 + lines.length,
      }),
    )
  }
  for (const number of numbers) {
    if (number % 9 !== 8) add(`a${number}`, pageUrl(number), number % 7 === 6 ? 2 : 3 + (number % 50))
    if (number % 5 === 4) add(`b${number}`, `${pageUrl(number)}?utm_source=b#top`, 3 + (number % 40))
    if (number % 10 !== 9) continue
    add(`c${number}`, `https://www.reddit.com/r/test/comments/c${number}/`, 9, true)
    add(`d${number}`, `https://pictures.test/${number}.jpg`, 9)
    add(`e${number}`, `https://elsewhere.test/${number}`, 9)
  }
  return lines
}

/** Submissions as a `.zst` file in the Pushshift layout. */
export function submissionsFile(numbers: Iterable<number>): Buffer {
  return zstdCompressSync(`${submissionLines(numbers).join('\n')}\n`)
}

/** Draws whole numbers below a limit: a minimal standard generator, seeded. */
export function drawer(seed: number): (below: number) => number {
  // Neighbouring seeds must not give neighbouring first draws.
  let state = ((seed + 1) * 1_103_515_245) % 2_147_483_647
  if (state <= 0) state = 1
  return (below) => {
    state = (state * 48_271) % 2_147_483_647
    return state % below
  }
}

const WORDS = `the of and to in that was his with for had not but from have they which one you were all their
there been many some so these would other into has more two time could them first made over did down only way
find use may water long little very after words called just where most know people year work three word must
because does part even place well such here take why help put different away again off went old number great tell
men say small every found still between name should home big give air line set own under read last never us left
end along while might next sound below saw something thought both few those always looked show large often together
asked house world going want school important until form food keep children feet land side without boy once animal
life enough took four head above kind began almost live page got earth need far hand high mother light country
father let night picture being study second soon story since white ever paper hard near sentence better best across
during today however sure knew try told young sun thing whole hear example heard several change answer room sea
against top turned learn point city play toward five himself usually money seen car morning body upon family later
turn move face door cut done group true half red fish plants living black eat short run book gave order open ground
cold really table remember tree course front American space inside ago sad early learned brought close nothing idea
before lived became add become grow draw yet less wind behind cannot letter among able dog shown mean English rest
perhaps certain six feel fire ready green built special ran full town complete oh person hot anything hold state
list stood hundred ten fast felt kept notice strong voice probably area horse matter stand box start class piece
surface river common stop am talk whether fine round dark past ball girl road blue instead either held already
warm gone finally summer understand moon animals mind outside power problem longer winter deep heavy carefully follow
beautiful everyone leave everything game system bring watch shell dry within floor ice ship themselves begin fact
third quite carry distance although sit possible heart real simple snow rain suddenly leaves easy lay size wild
weather miss pattern sky walked main someone center field stay itself boat question wide least tiny hour happened
foot care low else gold build glass rock tall alone bottom check reading fall poor map friend language job
music buy window mark heat grew listen ask single clear energy week explain lost spring travel wrote farm circle
whose correct bed measure straight base mountain caught hair bird wood color war fly yourself seem thus square moment
teacher happy bright sent present plan rather length speed machine information except figure free fell suppose
natural ocean government baby grass plane street couldn't reason difference maybe history mouth middle step child strange
wish soil human trip woman eye milk choose north seven famous late pay sleep iron trouble store beside oil modern
fun catch business reach lot won't case speak shape eight edge soft village object age minute wall meet record copy
forest especially necessary he's unit flat direction south subject skin wasn't I've yellow party force test bad temperature
pair ahead wrong practice sand tail wait difficult general cover material isn't thousand sign guess forward huge ride
region nor period blood rich team corner cat amount garden led note various race bit result brother addition doesn't dead
weight thin stone hit wife island we'll opposite born sense cattle million anyone rule science afraid women produce pull
son meant broken interest chance thick sight pretty train fresh drive lead break sell dish sick brown`.split(
  /\s+/,
)

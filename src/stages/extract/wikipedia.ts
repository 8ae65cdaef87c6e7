import { z } from 'zod'
import { type Draft, type Drop, defineExtract, type Fail } from '../../model/stage.ts'

/** The library behind it is 120 files that other recipes need not read. */
let wikitextToText: typeof import('./wikipedia-text.ts').wikitextToText | undefined

/** MediaWiki's own limit of a page ($wgMaxArticleSize). Bytes. */
const MAX_WIKITEXT_BYTES = 2_097_152

const options = z.strictObject({
  skipSections: z
    .array(z.string())
    .default([
      'References',
      'Notes',
      'Footnotes',
      'Citations',
      'External links',
      'Further reading',
      'See also',
    ])
    .describe('Headings of sections that are left out with their subsections; case does not matter'),
  title: z.boolean().default(false).describe('Begin the text with the title of the page'),
})

/**
 * Wikipedia articles: wikitext becomes plain text with headings, paragraphs and list items.
 *
 * Dropped with all they hold: references, tables, formulas, galleries, images with their captions, and
 * templates that wtf_wikipedia does not know. docs/reference/wikitext-loss.md says how much that is.
 */
export const wikipedia = defineExtract({
  name: 'wikipedia',
  revision: 1,
  description: 'Makes plain text of the wikitext of Wikipedia articles',
  options,
  reasons: {
    redirect: 'The page only points to another',
    'no-text': 'Nothing but templates, tables and references',
    'not-wikitext': 'A page of another content model (JSON, CSS, Lua)',
    wikitext: 'Larger than MediaWiki allows, or the wikitext library failed on it',
  },
  async load() {
    wikitextToText ??= (await import('./wikipedia-text.ts')).wikitextToText
  },
  create({ skipSections, title: withTitle }) {
    const toText = wikitextToText
    if (toText === undefined) throw new Error('the wikitext library is not loaded: await load() first')
    const skip = new Set(skipSections.map((name) => name.toLowerCase()))
    return (record, meta): readonly Draft[] | Drop | Fail => {
      const { model, title, language, timestamp, siteName } = record.fields
      if (typeof model === 'string' && model !== 'wikitext') return { drop: 'not-wikitext', detail: model }
      if (record.body.length > MAX_WIKITEXT_BYTES) {
        return {
          fail: 'wikitext',
          detail: `${record.body.length} bytes, expected at most ${MAX_WIKITEXT_BYTES}`,
        }
      }
      const wikitext = Buffer.from(record.body).toString('utf8')
      if (isRedirect(wikitext)) return { drop: 'redirect' }
      let text: string
      try {
        text = toText(wikitext, skip)
      } catch (error) {
        // The library promises nothing about odd markup, so any error of it is the page's.
        if (!(error instanceof Error)) throw error
        return { fail: 'wikitext', detail: `${error.name}: ${error.message.slice(0, 100)}` }
      }
      if (text === '') return { drop: 'no-text' }
      return [
        {
          text: withTitle && typeof title === 'string' ? `${title}\n\n${text}` : text,
          meta: {
            ...meta,
            ...(typeof title === 'string' ? { title } : {}),
            ...(record.url === undefined ? {} : { url: record.url }),
            ...(typeof language === 'string' ? { language } : {}),
            ...(typeof timestamp === 'string' ? { date: timestamp } : {}),
            ...(typeof siteName === 'string' ? { siteName } : {}),
            licence: 'CC BY-SA',
          },
        },
      ]
    }
  },
})

/** `#REDIRECT [[` in the languages of the largest Wikipedias; the English word works in all. */
function isRedirect(wikitext: string): boolean {
  return /^\s{0,99}#\s?(?:redirect|redirection|weiterleitung|redirección|redireccion|redirecionamento|rinvia|doorverwijzing|przekieruj|patrz|tam|omdirigering|ohjaus|uudelleenohjaus|перенаправление|перенапр|перенаправлення|転送|リダイレクト|重定向|重新導向|넘겨주기|تحويل|yönlendirme|đổi)\s{0,9}:?\s{0,9}\[\[/iu.test(
    wikitext.slice(0, 400),
  )
}

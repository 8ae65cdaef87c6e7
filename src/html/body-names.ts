import { hashByte, Lexicon, NAME_SEED } from './lexicon.ts'

/**
 * Names of the element around a page's main text and nothing else: words of publishing systems and of
 * microformats, put together as their templates do.
 */
const FIRST = 'article entry post story news blog td-post single blogpost newsarticle'.split(' ')
const SECOND = 'content body text copy bodycopy detail details contents fulltext maincontent'.split(' ')
const WHOLE =
  'e-content markdown-body mw-parser-output bodycopy body-copy body_copy article__body-text articletext storytext article fulltext article-main post-full-content main-article rich-text richtext wysiwyg prose content-body body-content page-content main-content maincontent content-main text-content field-name-body field--name-body topic-body message-body'.split(
    ' ',
  )

const COMMENTS =
  'comment comments commentlist commentarea disqus discussions trackbacks pingbacks livefyre kommentare kommentar comentarios commentaires'.split(
    ' ',
  )

/** Weight of the name of what readers wrote. */
export const COMMENTS_WEIGHT = 3

/** Weight 2 for a name of the body alone, 1 for one of a part of the page with the body in it, 3 for comments. */
export function bodyNames(): Lexicon {
  const weights = new Map<number, number>()
  for (const name of COMMENTS) weights.set(hashName(name), COMMENTS_WEIGHT)
  for (const name of WHOLE) weights.set(hashName(name), 1)
  for (const first of FIRST) {
    for (const second of SECOND)
      for (const join of ['', '-', '_', '__', '--']) weights.set(hashName(first + join + second), 2)
  }
  return new Lexicon(Int32Array.from(weights.keys()), Float32Array.from(weights.values()))
}

/** Hash of a lower-case name of letters, dashes and underscores. */
function hashName(name: string): number {
  let hash = NAME_SEED
  for (let at = 0; at < name.length; at++) hash = hashByte(hash, name.charCodeAt(at))
  return hash
}

/** What class names, ids, roles and item properties say of an element. */
export type Hint = 'body' | 'content' | 'menu' | 'comments' | 'boilerplate' | 'hidden' | undefined

/**
 * Whole class names and ids of the element around a page's main text and nothing else. Chosen by us from
 * the templates of publishing systems and from microformats; measured on public extraction benchmarks.
 */
const BODY =
  /^(?:(?:js-)?(?:article|entry|post|story|news|blog|td-post)[-_]{0,2}(?:content|body|text|copy|bodycopy|detail)|e-content|markdown-body|mw-parser-output|body-?copy|story-?text)$/i

/** Whole class names and ids of elements with the main text in them. */
const CONTENT =
  /^(?:article|post|entry|story|prose|hentry|h-entry|mw-content-text|rich-?text|wysiwyg|(?:article|entry|post|story|page|main|blog|news|single|detail|body|content)[-_]{0,2}(?:content|body|text|article|copy|inner|main|container|wrapper|wrap|detail))$/i

const BOILERPLATE =
  /(?:^|[\s_-])(?:nav|navi|navbar|navigation|menu|menus|submenu|sidebar|side-?bar|footer|foot|masthead|topbar|breadcrumbs?|crumbs?|pagination|pager|paging|share|sharing|sharedaddy|social|socials|follow|related|recommended|recommendations?|read-?more|more-?(?:stories|articles|news|posts)|popular|trending|most-?read|newsletter|subscribe|subscription|signup|sign-?up|sign-?in|login|register|cookies?|consent|gdpr|banner|promo|promos|promotion|advert|adverts|advertisement|ads|ad|adsense|adslot|sponsor|sponsored|sponsors|outbrain|taboola|byline-?info|author-?(?:bio|box|info)|about-?author|biography|tags|tag-?list|taglist|post-?tags|entry-?(?:meta|footer|utility)|post-?(?:meta|footer|info|navigation)|meta-?(?:data|info)|metadata|toolbar|tools|print|modal|popup|pop-?up|overlay|lightbox|toc|table-of-contents|jump-?links|skip-?links?|screen-reader-text|sr-only|visually-?hidden|copyright|disclaimer|legal|rating|ratings|search|searchform|widget-area|teaser|teasers|caption|wp-caption-text|image-caption|figcaption|credit|credits|photo-credit|infobox|navbox|catlinks|reflist|editsection|mw-editsection|noprint|hatnote|metabox|jp-relatedposts|next-?prev|prev-?next|carousel|slider|gallery|swiper|cta|call-to-action|back-to-top|languages?|lang-switcher|reply|respond|upvote)(?:$|[\s_-])/i

const COMMENTS =
  /(?:^|[\s_-])(?:comments?|commentlist|comment-?list|comment-?section|comments-?area|disqus|disqus_thread|discussion|responses|trackbacks?|pingbacks?|livefyre|fb-comments|kommentare?|comentarios?)(?:$|[\s_-])/i

/** Roles of landmarks that hold no main text. */
const ROLE =
  /^(?:navigation|banner|contentinfo|complementary|search|menu|menubar|dialog|alertdialog|toolbar|tablist)$/

/** Says what an element's attributes hint at. All but `menu` are soft: pages use words in their own way. */
export function hintOf(tag: string, attributes: ReadonlyMap<string, string>): Hint {
  const role = attributes.get('role')?.toLowerCase()
  if (tag === 'main' || tag === 'article' || role === 'main' || role === 'article') return 'content'
  const property = attributes.get('itemprop')?.toLowerCase() ?? ''
  if (property === 'articlebody') return 'body'
  if (property === 'text' || property === 'blogpost') return 'content'
  if (tag === 'nav' || tag === 'menu' || role === 'navigation' || role === 'menu') return 'menu'
  if (tag === 'aside' || tag === 'footer' || tag === 'dialog') return 'boilerplate'
  if (role !== undefined && ROLE.test(role)) return 'boilerplate'
  if (isHidden(attributes)) return 'hidden'
  const names = `${attributes.get('class') ?? ''} ${attributes.get('id') ?? ''}`.slice(0, 400)
  if (names === ' ') return undefined
  if (COMMENTS.test(names)) return 'comments'
  if (tag !== 'a' && tag !== 'li') {
    const tokens = names.trim().split(/\s+/)
    if (tokens.some((name) => BODY.test(name))) return 'body'
    if (tokens.some((name) => CONTENT.test(name))) return 'content'
  }
  return BOILERPLATE.test(names) ? 'boilerplate' : undefined
}

/** Hidden when the page is loaded, which streams and tabs use for text that is shown later. */
function isHidden(attributes: ReadonlyMap<string, string>): boolean {
  return (
    attributes.has('hidden') ||
    attributes.get('aria-hidden') === 'true' ||
    /display\s{0,9}:\s{0,9}none/i.test(attributes.get('style') ?? '')
  )
}

const set = (names: string): ReadonlySet<string> => new Set(names.split(' '))

/** Elements without an end tag. */
export const VOID = set(
  'area base basefont bgsound br col command embed frame hr img input isindex keygen link meta param source track wbr',
)

/** Elements that start and end a line of their own. */
export const BLOCK = set(
  'address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol option p pre section summary table tbody tfoot thead title tr ul video audio caption noscript',
)

/** Elements whose text is never shown, or is no part of any text. */
export const UNREAD = set(
  'script style template svg math iframe object applet canvas audio video map select datalist textarea button noembed noframes title head',
)

const PARAGRAPH = set('p')
const CELLS = set('td th tr')

/** An opening tag closes these where they are the innermost open element. */
export const CLOSES: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['li', set('p li')],
  ['dt', set('p dt dd')],
  ['dd', set('p dt dd')],
  ['tr', set('p td th tr')],
  ['td', set('p td th')],
  ['th', set('p td th')],
  ['thead', CELLS],
  ['tbody', set('td th tr thead tbody')],
  ['tfoot', set('td th tr tbody')],
  ['option', set('option')],
  ['a', set('a')],
  ...'address article aside blockquote details div dl fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr main nav ol p pre section table ul'
    .split(' ')
    .map((name) => [name, PARAGRAPH] as const),
])

/** A closing tag reaches past open elements up to the nearest of these, no further. */
export const SCOPE = set('table td th caption html body object')

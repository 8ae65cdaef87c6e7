/** Pieces that pages for tests are put together of: tags that mean something to a renderer, and texts that look like markup. */
export const htmlPieces: readonly string[] = [
  ...tags(
    'p div h1 h3 ul ol li blockquote pre code table tr td th caption dl dt dd b i em a span details summary figcaption button template script svg x-y',
  ),
  '<br>',
  '<hr>',
  '<img>',
  '<ol start=7>',
  '<ol reversed>',
  '<li value=3>',
  '<td colspan=2>',
  '<a href="/x?a=(b)&c">',
  '<pre class="language-js">',
  ...' |\n|a|word |two words|. |, |*|**|_|__|`|```|#|## |1. |2) |- |+ |> |[|]|](x)|[x]: y|!|\\|~|~~~|---|===|:-|—|é|語|😀|हि'.split(
    '|',
  ),
  '|',
  '&amp;',
  '&lt;',
  '&lt;b>',
  '&amp;copy;',
  '&nbsp;',
  '&#8203;',
  '\u00ad',
  '<!-- c -->',
  '<![CDATA[d]]>',
]

function tags(names: string): string[] {
  return names.split(' ').flatMap((name) => [`<${name}>`, `</${name}>`])
}

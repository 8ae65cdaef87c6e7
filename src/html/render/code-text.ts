import { attribute } from '../attributes.ts'
import { State } from '../element-state.ts'
import type { CodeBlock } from '../extraction.ts'
import { nodeText } from '../node-text.ts'
import { TAG, TEXT } from '../tag-table.ts'
import { Gap, type Tree } from '../tree.ts'
import type { Source } from './source.ts'

const PREFORMATTED = ['pre', 'listing', 'plaintext', 'xmp'].map((name) => TAG[name]) as readonly number[]

/** The innermost preformatted element around a node; 0 for none. */
export function preformattedAround({ tag, parent }: Tree, node: number): number {
  let at = node
  while (at > 0 && !PREFORMATTED.includes(tag[at] as number)) at = parent[at] as number
  return at
}

/**
 * Code from one text node to another: white space and lines as they stand, without the line's end that
 * follows `<pre>` and the white space behind the last character. `undefined` where nothing is left.
 */
export function codeBlock(
  source: Source,
  element: number,
  first: number,
  last: number,
): CodeBlock | undefined {
  const { tree, states } = source
  let text = ''
  let gap = 0
  for (let node = first; node <= last; node++) {
    if (tree.tag[node] !== TEXT) continue
    gap |= tree.gap[node] as number
    if ((states.state[tree.parent[node] as number] as number) & State.unread) continue
    if (text !== '') text += separator(gap)
    text += nodeText(tree, node)
    gap = 0
  }
  const shown = cleanCode(text)
  if (shown === '') return undefined
  const language = languageOf(tree, element, tree.parent[first] as number)
  return { type: 'code', ...(language !== undefined && { language }), text: shown }
}

function separator(gap: number): string {
  if ((gap & Gap.line) !== 0) return (gap & Gap.block) !== 0 ? '\n\n' : '\n'
  if ((gap & Gap.block) !== 0) return '\n'
  return (gap & (Gap.space | Gap.cell)) !== 0 ? ' ' : ''
}

function cleanCode(text: string): string {
  const clean = text
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(/\u00a0/g, ' ')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed.
    .replace(
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g,
      '',
    )
    .trimEnd()
  return clean.startsWith('\n') ? clean.slice(1) : clean
}

/** Elements between the code and its `pre`, and around it, whose class may tell the language. */
const MAX_STEPS = 4

/** Language by a class `language-x`, `lang-x` or `highlight-source-x`, from the code up to behind its `pre`. */
function languageOf(tree: Tree, element: number, innermost: number): string | undefined {
  for (let at = innermost, steps = 0; at > 0 && steps < MAX_STEPS; at = tree.parent[at] as number, steps++) {
    const found = LANGUAGE.exec(attribute(tree, at, 'class') ?? '')?.[1]?.toLowerCase()
    if (found !== undefined) return NO_LANGUAGE.has(found) ? undefined : found
    if (at < element) return undefined
  }
  return undefined
}

const LANGUAGE = /(?:^|\s)(?:language|lang|highlight-source|highlight-text)-([\w+#.-]{1,24})(?=\s|$)/i
const NO_LANGUAGE: ReadonlySet<string> = new Set(['none', 'plaintext', 'text', 'plain', 'txt', 'default'])

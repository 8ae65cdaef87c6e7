import * as fc from 'fast-check'
import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'
import { describe, expect, it } from 'vitest'
import { htmlPieces } from '../../../test/html-pieces.ts'
import { BlockReader } from '../blocks.ts'
import { State, StateReader } from '../element-state.ts'
import type { ContentBlock } from '../extraction.ts'
import { Lexicon } from '../lexicon.ts'
import { nodeText } from '../node-text.ts'
import { createParser } from '../parse.ts'
import { TEXT } from '../tag-table.ts'
import { Gap } from '../tree.ts'
import { contentBlocks } from './content-blocks.ts'
import { markdown } from './markdown.ts'
import { plainText } from './plain-text.ts'

const none = new Lexicon(new Int32Array(0), new Float32Array(0))
const parse = createParser()
const stateReader = new StateReader(none)
const blockReader = new BlockReader(none)

function read(html: string | Uint8Array) {
  const tree = parse(typeof html === 'string' ? Buffer.from(html) : html)
  const states = stateReader.read(tree)
  return { tree, states, blocks: blockReader.read(tree, states, -1) }
}

const page = fc.array(fc.constantFrom(...htmlPieces), { maxLength: 30 }).map((parts) => parts.join(''))
const keeping = fc.infiniteStream(fc.boolean())

describe('laws of rendering', () => {
  it('gives the words of what is kept, in their order', () => {
    fc.assert(
      fc.property(page, keeping, (html, stream) => {
        const found = read(html)
        const kept = Uint8Array.from({ length: found.blocks.count }, () =>
          stream.next().value === true ? 1 : 0,
        )
        const made = contentBlocks(found.tree, found.states, found.blocks, kept)
        expect(wordsOf(made)).toEqual(keptWords(found, kept))
      }),
      { numRuns: RUNS },
    )
  })

  it('gives the same text with spans as without', () => {
    fc.assert(
      fc.property(page, (html) => {
        const { tree, states, blocks } = read(html)
        const kept = new Uint8Array(blocks.count).fill(1)
        const bare = contentBlocks(tree, states, blocks, kept)
        const styled = contentBlocks(tree, states, blocks, kept, { spans: true, links: true })
        expect(styled.map((block) => ({ ...block, spans: undefined }))).toEqual(
          bare.map((block) => ({ ...block, spans: undefined })),
        )
      }),
      { numRuns: RUNS },
    )
  })

  it('gives no control character, and throws at no bytes', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 12 })
    fc.assert(
      fc.property(page, damage, (html, changes) => {
        const bytes = Buffer.from(html)
        for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte
        const { tree, states, blocks } = read(bytes)
        const made = contentBlocks(tree, states, blocks, new Uint8Array(blocks.count).fill(1), {
          spans: true,
        })
        for (const text of [plainText(made), markdown(made)]) {
          expect(text).not.toMatch(/(?![\n\t])[\p{Cc}\u00ad\u200b\ufeff]/u)
          expect(text.isWellFormed()).toBe(true)
        }
      }),
      { numRuns: RUNS },
    )
  })

  it.each([{ links: false }, { links: true }])(
    'gives Markdown that is read back the same: %o',
    ({ links }) => {
      fc.assert(
        fc.property(page, (html) => {
          const { tree, states, blocks } = read(html)
          const kept = new Uint8Array(blocks.count).fill(1)
          const made = contentBlocks(tree, states, blocks, kept, { spans: true, links })
          const back = micromark(markdown(made), { extensions: [gfm()], htmlExtensions: [gfmHtml()] })
          expect(wordsOfHtml(back)).toEqual(wordsOf(made))
          const count = (type: ContentBlock['type']) => made.filter((block) => block.type === type).length
          expect(back.match(/<h[1-6]>/g)?.length ?? 0).toBe(count('heading'))
          const items = made.filter((block) => block.type === 'item' && block.continues !== true)
          expect(back.match(/<li>/g)?.length ?? 0).toBe(items.length)
          expect(back.match(/<pre>/g)?.length ?? 0).toBe(count('code'))
          expect(back.match(/<table>/g)?.length ?? 0).toBe(count('table'))
        }),
        { numRuns: RUNS },
      )
    },
  )
})

const RUNS = 2000

function wordsOf(blocks: readonly ContentBlock[]): string[] {
  const texts = blocks.map((block) =>
    block.type === 'table' ? block.rows.map((row) => row.join(' ')).join(' ') : block.text,
  )
  return texts.join(' ').split(/\s+/).filter(isWord)
}

/** Words of the kept blocks, read in another way: node by node, with regular expressions. */
function keptWords({ tree, states, blocks }: ReturnType<typeof read>, kept: Uint8Array): string[] {
  let text = ''
  for (let block = 0; block < blocks.count; block++) {
    if (kept[block] !== 1) continue
    text += ' '
    let gaps = 0
    for (let node = blocks.first[block] as number; node <= (blocks.last[block] as number); node++) {
      if (tree.tag[node] !== TEXT) continue
      gaps |= tree.gap[node] as number
      if ((states.state[tree.parent[node] as number] as number) & State.unread) continue
      if (gaps & (Gap.space | Gap.line | Gap.cell)) text += ' '
      gaps = 0
      text += nodeText(tree, node)
    }
  }
  return text
    .replace(/[\u00ad\u200b\ufeff]/g, '')
    .split(/\s+/)
    .filter(isWord)
}

function wordsOfHtml(html: string): string[] {
  const text = html
    .replace(/<\/?(?:em|strong|code|a|del)\b[^>]*>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
  return text.split(/\s+/).filter(isWord)
}

function isWord(word: string): boolean {
  return word !== ''
}

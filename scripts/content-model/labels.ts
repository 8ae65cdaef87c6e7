import type { LabelledPage } from './pages.ts'

/** 1 for a block of main content, 0 for another, -1 where nobody said. */
export type Label = 1 | 0 | -1

/** Share of a block's runs of words that must stand in the expected text. */
const ENOUGH = 0.5
const RUN = 4

/** Labels a page's blocks by the expected text or by snippets. */
export function labelBlocks(page: LabelledPage, texts: readonly string[]): Label[] {
  return page.set === 'trafeval' ? bySnippets(page, texts) : byText(page.text ?? '', texts)
}

function byText(expected: string, texts: readonly string[]): Label[] {
  const gold = wordsOf(expected)
  const runs = new Set<string>()
  for (let length = 1; length <= RUN; length++) {
    for (let at = 0; at + length <= gold.length; at++) runs.add(gold.slice(at, at + length).join(' '))
  }
  const lines = new Set(expected.split('\n').map((line) => wordsOf(line).join(' ')))
  const blocks = texts.map(wordsOf)
  const copies = new Map<string, number>()
  const goldText = ` ${gold.join(' ')} `
  const labels: Label[] = blocks.map((words) => {
    if (words.length < RUN) return -1
    let hits = 0
    const last = words.length - RUN
    for (let at = 0; at <= last; at++) if (runs.has(words.slice(at, at + RUN).join(' '))) hits++
    if (hits < ENOUGH * (last + 1)) return 0
    return 1
  })
  const first = labels.indexOf(1)
  const final = labels.lastIndexOf(1)
  let before: readonly string[] = []
  return labels.map((label, index) => {
    const words = blocks[index] ?? []
    if (label !== -1) {
      if (label === 1 && words.length >= 8) {
        // Which of two copies is meant, nobody said.
        const text = words.join(' ')
        const copy = (copies.get(text) ?? 0) + 1
        copies.set(text, copy)
        if (copy > 1 && goldText.split(` ${text} `).length - 1 < copy) return -1
      }
      if (label === 1) before = words
      return label
    }
    if (words.length === 0) return 0
    const text = words.join(' ')
    if (!runs.has(text)) return 0
    const after = blocks.slice(index + 1, index + 12).find((_, at) => labels[index + 1 + at] === 1) ?? []
    const isBehind = before.length > 0 && joins(runs, before.slice(-(RUN - 1)), words)
    const isBefore = after.length > 0 && joins(runs, words, after.slice(0, RUN - 1))
    const isInside = index > first - 3 && index < final + 3 && lines.has(text)
    if (!isBehind && !isBefore && !isInside) return 0
    before = words
    return 1
  })
}

/** Whether two runs of words stand behind each other in the expected text. */
function joins(runs: ReadonlySet<string>, one: readonly string[], other: readonly string[]): boolean {
  const head = one.slice(-Math.max(1, RUN - other.length))
  return runs.has([...head, ...other].slice(0, RUN).join(' '))
}

function bySnippets(page: LabelledPage, texts: readonly string[]): Label[] {
  const flat = (text: string) => text.replace(/\s+/g, ' ').trim()
  const wanted = (page.with ?? []).map(flat)
  const unwanted = (page.without ?? []).map((text) => flat(text).replace(/^- /, ''))
  return texts.map((text) => {
    const block = flat(text)
    const long = block.length >= 25
    const isWanted = wanted.some((snippet) => block.includes(snippet) || (long && snippet.includes(block)))
    const isUnwanted = unwanted.some(
      (snippet) => block.includes(snippet) || (long && snippet.includes(block)),
    )
    if (isWanted === isUnwanted) return -1
    return isWanted ? 1 : 0
  })
}

export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_\p{M}]+/gu) ?? []
}

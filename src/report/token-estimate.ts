import { Nearest } from './nearest.ts'

/** How tokens were estimated from bytes. */
export interface TokenEstimate {
  /** Name of the encoding, or `given` when the ratio came from the caller. */
  readonly encoding: string
  /** Tokens per UTF-8 byte of kept text, and of dropped text. */
  readonly kept: number
  readonly dropped: number
  /** Documents and bytes that were encoded. */
  readonly sample: { readonly documents: number; readonly bytes: number }
}

const SAMPLE_DOCUMENTS = 200
/** Characters taken of one document: 2 x 200 x 1,000 is about 0.4 MB. Documents differ more than parts of one do. */
const WINDOW = 1000
/** A byte pair encoder's work is quadratic in a run without a break. */
const LONGEST_RUN = 200

interface Window {
  readonly text: string
  /** Bytes of the whole document. */
  readonly bytes: number
}

/** Up to 200 documents drawn by chance, a window of each. At most 0.4 MB of text is held. */
export class TokenSample {
  readonly #drawn = new Nearest<Window>(SAMPLE_DOCUMENTS)

  /** @param chance of the document, 0 to 1: the smallest are drawn, and it places the window. */
  offer(chance: number, id: string, text: string, bytes: number): void {
    if (text === '') return
    this.#drawn.offer(chance, id, () => {
      // Not `chance` itself, which is small for all that are drawn.
      const place = (chance * 1e6) % 1
      const start = Math.floor(place * Math.max(0, text.length - WINDOW))
      return { text: text.slice(start, start + WINDOW), bytes }
    })
  }

  windows(): readonly Window[] {
    return this.#drawn.values()
  }
}

/**
 * Tokens per byte by GPT-2's byte pair encoding, measured on two samples; each document weighs as many
 * bytes as it has. `undefined` when both samples are empty; an empty one takes the other's ratio.
 */
export async function estimateTokens(
  kept: TokenSample,
  dropped: TokenSample,
): Promise<TokenEstimate | undefined> {
  const windows = [...kept.windows(), ...dropped.windows()]
  if (windows.length === 0) return undefined
  const { countTokens } = await import('gpt-tokenizer/encoding/r50k_base')
  // A text that spells a special token is text.
  const options = { disallowedSpecial: new Set<string>() }
  const tokensOf = (text: string): number => countTokens(breakRuns(text), options)
  const keptRatio = ratio(kept.windows(), tokensOf)
  const droppedRatio = ratio(dropped.windows(), tokensOf)
  return {
    encoding: 'r50k_base',
    kept: keptRatio ?? droppedRatio ?? 0,
    dropped: droppedRatio ?? keptRatio ?? 0,
    sample: {
      documents: windows.length,
      bytes: windows.reduce((sum, window) => sum + Buffer.byteLength(window.text), 0),
    },
  }
}

function ratio(windows: readonly Window[], tokensOf: (text: string) => number): number | undefined {
  let tokens = 0
  let total = 0
  for (const { text, bytes } of windows) {
    tokens += (bytes * tokensOf(text)) / Buffer.byteLength(text)
    total += bytes
  }
  return total === 0 ? undefined : tokens / total
}

/** Puts a space into every run of more than 200 characters without one. */
function breakRuns(text: string): string {
  return text.replace(new RegExp(`\\S{${LONGEST_RUN}}`, 'g'), '$& ').replace(/\s{200}/g, '$&.')
}

/** Tokens of a step's bytes: those that stay to the end by the kept ratio, the others by the dropped. */
export function tokensOfBytes(bytes: number, keptBytes: number, estimate: TokenEstimate): number {
  const kept = Math.min(bytes, keptBytes)
  return Math.round(kept * estimate.kept + (bytes - kept) * estimate.dropped)
}

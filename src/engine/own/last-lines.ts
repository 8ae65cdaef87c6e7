import { masked, TYPE_SLOT } from '../../personal-data/mask.ts'
import { personalDataScanner } from '../../personal-data/scan.ts'

const MOST_BYTES = 8192
const MOST_LINES = 12
/** A stretch of a line that also stands in a document, this long, is taken for a piece of it. */
const SHARED = 16
const STRIDE = 4

/** Keeps the end of a stream of text. */
export class LastLines {
  #kept = Buffer.alloc(0)

  add(chunk: Buffer): void {
    const all = Buffer.concat([this.#kept, chunk])
    this.#kept = all.subarray(Math.max(0, all.length - MOST_BYTES))
  }

  /**
   * The last lines; those that hold a piece of a given text say so in its place. A shorter piece may still be an address, as
   * in `KeyError: 'jo@mail.org'`: personal data is masked.
   */
  without(texts: readonly string[]): readonly string[] {
    const lines = this.#kept.toString().split(/\r?\n/)
    return lines
      .filter((line) => line.trim() !== '')
      .slice(-MOST_LINES)
      .map((line) =>
        texts.some((text) => shares(line, text)) ? '[a line with text of a document]' : withoutValues(line),
      )
  }
}

/** Whether a line holds a whole text, or a stretch of one: looked for in steps, so a little longer ones are found surely. */
function shares(line: string, text: string): boolean {
  const whole = text.trim()
  if (whole.length < SHARED) return whole.length >= 4 && line.includes(whole)
  for (let at = 0; at + SHARED <= line.length; at += STRIDE) {
    if (text.includes(line.slice(at, at + SHARED))) return true
  }
  return false
}

function withoutValues(line: string): string {
  return masked(line, personalDataScanner()(line), `[${TYPE_SLOT}]`)
}

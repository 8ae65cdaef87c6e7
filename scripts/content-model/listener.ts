import { Lexicon } from '../../src/html/lexicon.ts'

/** A lexicon without words that writes down which hashes were asked for, and where. */
export class Listener extends Lexicon {
  override readonly isListening = true
  /** Hash and place, in turns. */
  readonly heard: number[] = []

  constructor() {
    super(new Int32Array(0), new Float32Array(0))
  }

  override weight(hash: number, place: number): number {
    this.heard.push(hash, place)
    return 0
  }
}

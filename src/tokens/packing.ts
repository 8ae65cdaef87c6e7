import { permutation } from './permutation.ts'

/** Pieces of documents in one sequence: numbers of the lengths given, in order. */
export type Packed = readonly number[]

/**
 * Packs pieces of documents into sequences, so that none is cut: each goes into the fullest sequence in which it still fits, longest pieces
 * first. On real documents that fills more than 99.9 % of the room.
 *
 * O(n log capacity). Equal lengths keep their order, so that the result depends on nothing else.
 *
 * @param lengths tokens of each piece, from 1 to `capacity`.
 * @see Ding et al. 2024, "Fewer truncations improve language modeling" (best-fit packing).
 * @throws RangeError for a length out of range.
 */
export function packBestFit(lengths: readonly number[], capacity: number): readonly Packed[] {
  const wrong = lengths.find((length) => !(length >= 1 && length <= capacity))
  if (wrong !== undefined) throw new RangeError(`a piece of ${wrong} tokens for sequences of ${capacity}`)
  const order = lengths.map((_, at) => at).sort((a, b) => (lengths[b] ?? 0) - (lengths[a] ?? 0) || a - b)
  const sequences: number[][] = []
  /** Sequences by the room that they have left. */
  const byRoom = new Map<number, number[]>()
  const rooms = new RoomTree(capacity)
  for (const piece of order) {
    const length = lengths[piece] ?? 0
    const room = rooms.atLeast(length)
    let sequence: number
    if (room === undefined) {
      sequence = sequences.length
      sequences.push([])
    } else {
      const open = byRoom.get(room) ?? []
      sequence = open.shift() ?? 0
      if (open.length === 0) rooms.remove(room)
    }
    sequences[sequence]?.push(piece)
    const left = (room ?? capacity) - length
    if (left === 0) continue
    const others = byRoom.get(left)
    if (others === undefined) byRoom.set(left, [sequence])
    else others.push(sequence)
    rooms.add(left)
  }
  return sequences
}

/** A set of rooms that finds the least one from some size up: a bit for each room, and for each 32 of them, and so on. */
class RoomTree {
  readonly #levels: Uint32Array[] = []

  constructor(largest: number) {
    for (let size = largest + 1; ; size = Math.ceil(size / 32)) {
      this.#levels.push(new Uint32Array(Math.ceil(size / 32)))
      if (size <= 32) return
    }
  }

  add(room: number): void {
    let at = room
    for (const level of this.#levels) {
      level[at >>> 5] = ((level[at >>> 5] ?? 0) | (1 << (at & 31))) >>> 0
      at >>>= 5
    }
  }

  remove(room: number): void {
    let at = room
    for (const level of this.#levels) {
      const left = ((level[at >>> 5] ?? 0) & ~(1 << (at & 31))) >>> 0
      level[at >>> 5] = left
      if (left !== 0) return
      at >>>= 5
    }
  }

  /** The least room of `size` or more; `undefined` = none. */
  atLeast(size: number): number | undefined {
    let at = size
    for (const [height, level] of this.#levels.entries()) {
      const word = level[at >>> 5]
      if (word === undefined) return undefined
      const above = (word & (0xffff_ffff << (at & 31))) >>> 0
      if (above !== 0) return this.#down(height, ((at >>> 5) << 5) + lowestBit(above))
      // Nothing here: the next word's bit of the level above.
      at = (at >>> 5) + 1
      if (at >= 32 * (this.#levels[height + 1]?.length ?? 0)) return undefined
    }
    return undefined
  }

  #down(height: number, from: number): number {
    let at = from
    for (let level = height - 1; level >= 0; level--)
      at = (at << 5) + lowestBit(this.#levels[level]?.[at] ?? 0)
    return at
  }
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word)
}

/** A piece of a document: tokens from `first` (included) to `behind` (not included). */
export interface Piece {
  readonly document: number
  readonly first: number
  readonly behind: number
}

/**
 * Sequences of whole documents, and of pieces of those that are longer than one, in an order by chance.
 *
 * @param lengths tokens of each document; one without any is in no sequence.
 */
export function packedSequences(
  lengths: readonly number[],
  capacity: number,
  seed: number,
): readonly (readonly Piece[])[] {
  const pieces = lengths.flatMap((length, document) => {
    let first = 0
    return piecesOf(length, capacity).map((tokens): Piece => {
      const piece = { document, first, behind: first + tokens }
      first += tokens
      return piece
    })
  })
  const packed = packBestFit(
    pieces.map(({ first, behind }) => behind - first),
    capacity,
  )
  if (packed.length === 0) return []
  const order = permutation(packed.length, seed)
  const sequences: Piece[][] = packed.map(() => [])
  for (const [at, numbers] of packed.entries()) {
    sequences[order(at)] = numbers.flatMap((number) => pieces[number] ?? [])
  }
  return sequences
}

/** Cuts a document into pieces that fit: whole sequences, and what is left. */
export function piecesOf(tokens: number, capacity: number): readonly number[] {
  const whole = Math.floor(tokens / capacity)
  const rest = tokens % capacity
  return [...Array.from({ length: whole }, () => capacity), ...(rest === 0 ? [] : [rest])]
}

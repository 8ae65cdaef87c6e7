/** How much of a list repeats. Characters are those of the elements. */
export interface Repeats {
  readonly elements: number
  readonly characters: number
  /** Elements that occurred before, and their characters: the first copy does not count. */
  readonly laterElements: number
  readonly laterCharacters: number
  /** Elements that occur more than once, and their characters: every copy counts. */
  readonly allElements: number
  readonly allCharacters: number
}

/** Collects the elements of a text, known by number, and sums up how they repeat. */
export class RepeatCounter {
  #number = new Int32Array(64)
  #characters = new Int32Array(64)
  #copies = new Int32Array(64)
  #count = 0

  reset(): this {
    this.#count = 0
    return this
  }

  add(number: number, characters: number): void {
    if (this.#count === this.#number.length) this.#grow()
    this.#number[this.#count] = number
    this.#characters[this.#count++] = characters
  }

  /** @param numbers above every number that was added. */
  total(numbers: number): Repeats {
    if (this.#copies.length < numbers) this.#copies = new Int32Array(2 * numbers)
    const copies = this.#copies.fill(0, 0, numbers)
    let characters = 0
    let laterElements = 0
    let laterCharacters = 0
    for (let index = 0; index < this.#count; index++) {
      const number = this.#number[index] as number
      characters += this.#characters[index] as number
      const before = copies[number] as number
      copies[number] = before + 1
      if (before === 0) continue
      laterElements++
      laterCharacters += this.#characters[index] as number
    }
    let firstElements = 0
    let firstCharacters = 0
    for (let index = 0; index < this.#count; index++) {
      const number = this.#number[index] as number
      if ((copies[number] as number) < 2) continue
      // Its later copies are counted already.
      copies[number] = 0
      firstElements++
      firstCharacters += this.#characters[index] as number
    }
    return {
      elements: this.#count,
      characters,
      laterElements,
      laterCharacters,
      allElements: laterElements + firstElements,
      allCharacters: laterCharacters + firstCharacters,
    }
  }

  #grow(): void {
    const number = new Int32Array(2 * this.#count)
    number.set(this.#number)
    this.#number = number
    const characters = new Int32Array(2 * this.#count)
    characters.set(this.#characters)
    this.#characters = characters
  }
}

/** Sets of numbers that only grow together. The root of a set is its smallest number, so no result depends on the order of unions. */
export class UnionFind {
  readonly #parents: Uint32Array

  /** @param size numbers 0 to size - 1, each in a set of its own. 4 bytes each. */
  constructor(size: number) {
    this.#parents = new Uint32Array(size)
    for (let at = 0; at < size; at++) this.#parents[at] = at
  }

  find(number: number): number {
    const parents = this.#parents
    let at = number
    for (;;) {
      const parent = parents[at] ?? at
      if (parent === at) return at
      const above = parents[parent] ?? parent
      parents[at] = above
      at = above
    }
  }

  /** Brings two sets together; gives the root of both. */
  union(a: number, b: number): number {
    const x = this.find(a)
    const y = this.find(b)
    if (x === y) return x
    const [root, child] = x < y ? [x, y] : [y, x]
    this.#parents[child] = root
    return root
  }
}

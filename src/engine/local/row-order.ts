/** A row of a unit, as its place is known by. */
interface Placed {
  readonly id: string
  readonly record: number
}

/** Two lists of results of one unit as one, in the order of the records and, of one record, of its documents. */
export function* inOrder<A extends Placed, B extends Placed>(
  first: Generator<A>,
  second: Generator<B>,
): Generator<A | B> {
  let a = first.next()
  let b = second.next()
  while (a.done !== true || b.done !== true) {
    if (b.done === true || (a.done !== true && compare(a.value, b.value) <= 0)) {
      if (a.done !== true) yield a.value
      a = first.next()
    } else {
      yield b.value
      b = second.next()
    }
  }
}

/** By record, then by the numbers of the parts that a document was split into: `ID.2` is before `ID.10`. */
function compare(a: Placed, b: Placed): number {
  if (a.record !== b.record) return a.record - b.record
  const x = partsOf(a.id)
  const y = partsOf(b.id)
  for (let at = 0; at < Math.min(x.length, y.length); at++) {
    const difference = (x[at] ?? 0) - (y[at] ?? 0)
    if (difference !== 0) return difference
  }
  return x.length - y.length
}

function partsOf(id: string): readonly number[] {
  return id.split('.').slice(1).map(Number)
}

/** One more than the largest number that a set may hold. */
const LIMIT = 2 ** 53
/** Numbers in one bucket above which it is sorted as any numbers are. */
const MOST_INSERTED = 24

/**
 * The distinct ones of integers from 0 to 2^53 - 1, sorted, as a new array. Made for hashes: where they are spread evenly
 * it takes O(length), several times less than sorting; otherwise O(length log length).
 */
export function sortedSet(numbers: Float64Array): Float64Array {
  const { length } = numbers
  // A power of two, so that a bucket's number is exact.
  const buckets = 2 ** Math.ceil(Math.log2(Math.max(1, length)))
  const scale = buckets / LIMIT
  const ends = new Uint32Array(buckets + 1)
  for (let index = 0; index < length; index++) {
    const next = bucketOf(numbers[index] as number, scale) + 1
    ends[next] = (ends[next] as number) + 1
  }
  for (let bucket = 1; bucket <= buckets; bucket++)
    ends[bucket] = (ends[bucket] as number) + (ends[bucket - 1] as number)
  // Each bucket's start moves to its end while the bucket fills.
  const sorted = new Float64Array(length)
  for (let index = 0; index < length; index++) {
    const value = numbers[index] as number
    const bucket = bucketOf(value, scale)
    sorted[ends[bucket] as number] = value
    ends[bucket] = (ends[bucket] as number) + 1
  }
  let start = 0
  for (let bucket = 0; bucket < buckets; bucket++) {
    const end = ends[bucket] as number
    if (end - start > MOST_INSERTED) sorted.subarray(start, end).sort()
    else if (end - start > 1) insert(sorted, start, end)
    start = end
  }
  return sorted.slice(0, keepDistinct(sorted))
}

function bucketOf(value: number, scale: number): number {
  return Math.trunc(value * scale)
}

/** Sorts a few numbers in place, each by moving it before those that are larger. */
function insert(numbers: Float64Array, start: number, end: number): void {
  for (let index = start + 1; index < end; index++) {
    const value = numbers[index] as number
    let place = index
    while (place > start && (numbers[place - 1] as number) > value) {
      numbers[place] = numbers[place - 1] as number
      place--
    }
    numbers[place] = value
  }
}

/** Moves the distinct ones of sorted numbers to the front; says how many they are. */
function keepDistinct(sorted: Float64Array): number {
  let length = 0
  for (const value of sorted) {
    if (length === 0 || value !== sorted[length - 1]) sorted[length++] = value
  }
  return length
}

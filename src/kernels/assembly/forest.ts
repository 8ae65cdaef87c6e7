/**
 * Scores rows of numbers by a sum of symmetric trees of six levels, four rows at a time. `learn/boosted-trees.ts` says
 * what a tree is and has the same in TypeScript; sums are made in the same order, so that answers are equal to the bit.
 *
 * All arguments are places in memory, in bytes: `features` are u16, each a column times 16; `thresholds`, `leaves` and
 * `rows` are f32, `sums` f64. `rows` and `sums` have room for a number of rows that four divides. `columns` is room for
 * `width` times 16 bytes.
 */
export function scoreRows(
  trees: i32,
  bias: f64,
  features: usize,
  thresholds: usize,
  leaves: usize,
  rows: usize,
  count: i32,
  width: i32,
  columns: usize,
  sums: usize,
): void {
  const stride: usize = <usize>width << 2
  for (let row: i32 = 0; row < count; row += 4) {
    interleave(rows + <usize>row * stride, stride, columns)
    let sum0 = bias
    let sum1 = bias
    let sum2 = bias
    let sum3 = bias
    let feature = features
    let threshold = thresholds
    let leaf = leaves
    for (let tree: i32 = 0; tree < trees; tree++) {
      const bits = v128.or(
        v128.or(
          v128.or(
            v128.and(isAbove(columns, feature, threshold), i32x4.splat(1)),
            v128.and(isAbove(columns, feature + 2, threshold + 4), i32x4.splat(2)),
          ),
          v128.or(
            v128.and(isAbove(columns, feature + 4, threshold + 8), i32x4.splat(4)),
            v128.and(isAbove(columns, feature + 6, threshold + 12), i32x4.splat(8)),
          ),
        ),
        v128.or(
          v128.and(isAbove(columns, feature + 8, threshold + 16), i32x4.splat(16)),
          v128.and(isAbove(columns, feature + 10, threshold + 20), i32x4.splat(32)),
        ),
      )
      sum0 += <f64>load<f32>(leaf + (<usize>i32x4.extract_lane(bits, 0) << 2))
      sum1 += <f64>load<f32>(leaf + (<usize>i32x4.extract_lane(bits, 1) << 2))
      sum2 += <f64>load<f32>(leaf + (<usize>i32x4.extract_lane(bits, 2) << 2))
      sum3 += <f64>load<f32>(leaf + (<usize>i32x4.extract_lane(bits, 3) << 2))
      feature += 12
      threshold += 24
      leaf += 256
    }
    store<f64>(sums, sum0)
    store<f64>(sums + 8, sum1)
    store<f64>(sums + 16, sum2)
    store<f64>(sums + 24, sum3)
    sums += 32
  }
}

/** Puts the numbers of four rows side by side, column by column. */
function interleave(rows: usize, stride: usize, columns: usize): void {
  let to = columns
  const end = rows + stride
  for (let from = rows; from < end; from += 4) {
    store<f32>(to, load<f32>(from))
    store<f32>(to + 4, load<f32>(from + stride))
    store<f32>(to + 8, load<f32>(from + 2 * stride))
    store<f32>(to + 12, load<f32>(from + 3 * stride))
    to += 16
  }
}

// @ts-ignore: decorator
@inline
function isAbove(columns: usize, feature: usize, threshold: usize): v128 {
  return f32x4.gt(v128.load(columns + <usize>load<u16>(feature)), v128.load32_splat(threshold))
}

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RowTable } from '../src/engine/fit/row-table.ts'

/** Writes the rows of a fit for `peers/quality_sklearn.py`. */
export function writeRows(dir: string, table: RowTable, margins: Float64Array): void {
  const bytes = (numbers: Uint8Array | Uint32Array | Float64Array): Uint8Array =>
    new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength).slice()
  writeFileSync(join(dir, 'entries.u32'), Buffer.concat(table.paths.map((path) => readFileSync(path))))
  writeFileSync(join(dir, 'sizes.u32'), bytes(table.sizes))
  writeFileSync(join(dir, 'scales.f64'), bytes(table.scales))
  writeFileSync(join(dir, 'labels.u8'), bytes(table.labels))
  writeFileSync(join(dir, 'parts.u8'), bytes(table.parts))
  writeFileSync(join(dir, 'margins.f64'), bytes(margins))
  writeFileSync(join(dir, 'features.txt'), String(table.features))
}

import { openSync, writeSync } from 'node:fs'
import type { Guard } from '../../units/context.ts'
import type { UnitStart } from './job.ts'

/** Unit, whether a record is looked at, and which, as doubles: little-endian. */
const NOTE_BYTES = 24

/**
 * Notes in a file which record is looked at, so that the bridge knows it when this process ends in the midst of it: a few
 * microseconds a record.
 */
export class RecordGuard implements Guard {
  readonly #file: number
  readonly #note = Buffer.alloc(NOTE_BYTES)
  #faults: ReadonlyMap<number, string> = new Map()

  constructor(path: string) {
    this.#file = openSync(path, 'w')
  }

  begin(unit: number, faults: UnitStart['faults']): void {
    this.#faults = new Map(faults.map(({ place, fault }) => [place, fault]))
    this.#note.writeDoubleLE(unit, 0)
    this.ended()
  }

  began(place: number): void {
    this.#note.writeDoubleLE(1, 8)
    this.#note.writeDoubleLE(place, 16)
    this.#write()
  }

  ended(): void {
    this.#note.writeDoubleLE(0, 8)
    this.#write()
  }

  fault(place: number): string | undefined {
    return this.#faults.get(place)
  }

  #write(): void {
    writeSync(this.#file, this.#note, 0, NOTE_BYTES, 0)
  }
}

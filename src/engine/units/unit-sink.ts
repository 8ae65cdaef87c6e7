import type { FoundIn } from '../../model/document.ts'
import type { Plan } from '../../plan/plan.ts'
import type { MapSegment } from '../../plan/segments.ts'
import type { Ending, Moving, Sink } from '../flow.ts'
import { keyMaker, sampleSeed, samplesGroups, type TaskContext } from './context.ts'
import type { UnitOutput } from './unit-output.ts'

/** Where a segment's documents go: rows with keys for the exchange behind it, and rejections. */
export class UnitSink implements Sink {
  readonly #writer: UnitOutput
  readonly #keyOf: ReturnType<typeof keyMaker> | undefined
  readonly #drawn: (check: Uint8Array) => boolean
  readonly #source: FoundIn
  readonly #keepDropped: Plan['keepDropped']
  textBytes = 0

  constructor(context: TaskContext, segment: MapSegment, source: FoundIn, writer: UnitOutput) {
    const { plan } = context
    const exchange = segment.into === undefined ? undefined : plan.segments[segment.into]
    this.#keyOf = exchange?.kind === 'exchange' ? keyMaker(context, exchange.step) : undefined
    const draws = context.sampleRatio < 1 && segment.source.kind === 'inputs' && samplesGroups(plan)
    this.#drawn = draws
      ? (check) =>
          context.textHash.chance(sampleSeed(plan), Buffer.from(check).toString('hex')) < context.sampleRatio
      : () => true
    this.#source = source
    this.#keepDropped = plan.keepDropped
    this.#writer = writer
  }

  keep(document: Moving): void {
    this.textBytes += Buffer.byteLength(document.text)
    const { id, text, meta, record, signals } = document
    const brought = this.#keyOf?.(document, this.#source)
    if (brought?.kind === 'key' && !this.#drawn(brought.key.check)) {
      this.#writer.row({ id, text, meta, record, signals, unsampled: true })
      return
    }
    const ordinal = this.#writer.row({ id, text, meta, record, signals })
    if (brought?.kind === 'key') this.#writer.key({ ...brought.key, ordinal })
    else if (brought?.kind === 'sketch') this.#writer.sketch(ordinal, brought.keys)
    else if (brought?.kind === 'parts') this.#writer.parts(ordinal, id, brought.parts)
  }

  end(document: Moving, ending: Ending, duplicateOf?: string, hasText = document.text !== ''): void {
    const { id, record, signals } = document
    const text = hasText && this.#keepDropped === 'text' ? document.text : ''
    this.#writer.rejection({
      id,
      text,
      meta: this.#keepDropped === 'none' ? {} : document.meta,
      record,
      signals,
      ...ending,
      hasText: text !== '',
      ...(duplicateOf === undefined ? {} : { duplicateOf }),
    })
  }
}

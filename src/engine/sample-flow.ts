import type { StepTotal } from '../model/version.ts'
import { type Plan, type PlanStep, stageOf } from '../plan/plan.ts'
import { type ExchangeMeter, type ExchangeSample, exchangeMeter } from './exchange-sample.ts'
import { Flow, type Moving } from './flow.ts'

const NOWHERE = { uri: '', input: '', record: 0 }

/** The steps that an input's records go through, with what they bring to the groups of near copies and repeats among them. */
export class SampleFlow {
  readonly #flows: readonly Flow[]
  readonly #meters: readonly ExchangeMeter[]
  /** Documents that came out of each flow but the last, and have not gone on. */
  readonly #queues: readonly Moving[][]

  private constructor(flows: readonly Flow[], meters: readonly ExchangeMeter[], queues: readonly Moving[][]) {
    this.#flows = flows
    this.#meters = meters
    this.#queues = queues
  }

  /** @param take is given every document that comes out, whether it is kept or not. */
  static async create(plan: Plan, input: string, take: (document: Moving) => void): Promise<SampleFlow> {
    const parts: PlanStep[][] = [[]]
    const meters: ExchangeMeter[] = []
    for (const step of allReading(plan, input)) {
      const stage = stageOf(step)
      if (stage.kind !== 'group') parts.at(-1)?.push(step)
      else if (stage.decides !== 'survivor') {
        await stage.load?.(step.options)
        meters.push(exchangeMeter(step, stage))
        parts.push([])
      }
    }
    const queues = meters.map((): Moving[] => [])
    const flows = await Promise.all(
      parts.map((steps, at) => {
        const queue = queues[at]
        const keep = queue === undefined ? take : (document: Moving): void => void queue.push(document)
        return Flow.create(steps, NOWHERE, { keep, end: take })
      }),
    )
    return new SampleFlow(flows, meters, queues)
  }

  async record(...record: Parameters<Flow['record']>): Promise<void> {
    await this.#flows[0]?.record(...record)
    await this.#goOn()
  }

  refuse(...refusal: Parameters<Flow['refuse']>): void {
    this.#flows[0]?.refuse(...refusal)
  }

  async finish(): Promise<void> {
    for (const flow of this.#flows) {
      await flow.finish()
      await this.#goOn()
    }
  }

  get steps(): readonly StepTotal[] {
    return this.#flows.flatMap((flow) => flow.tallies.map((tally) => tally.total))
  }

  get exchanges(): readonly ExchangeSample[] {
    return this.#meters.map((meter) => meter.sample)
  }

  async #goOn(): Promise<void> {
    for (const [at, queue] of this.#queues.entries()) {
      for (const document of queue.splice(0)) {
        const { id, text, meta, record, signals } = document
        this.#meters[at]?.add({ id, text, meta, origin: { ...NOWHERE, record } }, signals)
        const waiting = this.#flows[at + 1]?.document(document)
        if (waiting !== undefined) await waiting
      }
    }
  }
}

/** The map steps that an input's records go through, from their extract to the end or the next join. */
export function stepsReading(plan: Plan, input: string): readonly PlanStep[] {
  return allReading(plan, input).filter((step) => stageOf(step).kind !== 'group')
}

function allReading(plan: Plan, input: string): readonly PlanStep[] {
  const start = plan.from.includes(input) ? 0 : plan.steps.findIndex((step) => step.with === input) + 1
  const end = plan.steps.findIndex((step, index) => index >= start && step.kind === 'join')
  return plan.steps.slice(start, end === -1 ? undefined : end)
}

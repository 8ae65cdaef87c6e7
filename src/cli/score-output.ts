import type { RuleSetScore, Scorer } from '../engine/rule-scores.ts'
import { type Column, TableWriter } from '../store/table.ts'
import { checkRowOutput, isParquet, openedAt, TextOutput } from './text-output.ts'

/** Takes the scores of one text after another. The file has its name only when it is whole. */
export interface ScoreOutput {
  /** Gives a promise where the writer must be waited for. */
  write(id: string, scores: readonly RuleSetScore[]): Promise<void> | undefined
  /** A row that could not be read. Parquet has no place for it. Gives a promise as `write` does. */
  fail(
    id: string | null,
    error: string,
    position: number,
    file: string | undefined,
  ): Promise<void> | undefined
  finish(): Promise<void>
  abandon(): void
}

/**
 * Opens the file that scores go to, by its ending: `.jsonl` or `.ndjson`, plain, `.gz` or `.zst`, or `.parquet`.
 *
 * A line is `{"id", "verdicts": {"RULE SET": null or "reason"}, "signals": {"RULE SET.SIGNAL": number or null}}`; in
 * Parquet `id`, then `verdicts.RULE SET`, then `signals.RULE SET.SIGNAL` are columns.
 *
 * @throws TilthError `usage` for another ending, and where the folder is not there or cannot be written.
 */
export function openScoreOutput(path: string, scorers: readonly Scorer[]): ScoreOutput {
  checkRowOutput(path)
  const output = isParquet(path) ? parquetOutput : linesOutput
  return openedAt('--out', path, () => output(path, scorers))
}

function linesOutput(path: string, scorers: readonly Scorer[]): ScoreOutput {
  const output = new TextOutput(path)
  const add = (line: object): Promise<void> | undefined => output.write(`${JSON.stringify(line)}\n`)
  return {
    write(id, scores) {
      const verdicts: Record<string, string | null> = {}
      const signals: Record<string, number | null> = {}
      for (const [index, { verdict, signals: measured }] of scores.entries()) {
        const name = scorers[index]?.name ?? ''
        verdicts[name] = verdict
        for (const signal in measured) signals[`${name}.${signal}`] = measured[signal] ?? null
      }
      return add({ id, verdicts, signals })
    },
    fail: (id, error, position, file) => add({ id, error, position, file }),
    finish: () => output.finish(),
    abandon: () => output.abandon(),
  }
}

function parquetOutput(path: string, scorers: readonly Scorer[]): ScoreOutput {
  const columns: Column[] = [
    { name: 'id', type: 'STRING', nullable: false },
    ...scorers.map(({ name }): Column => ({ name: `verdicts.${name}`, type: 'STRING', nullable: true })),
    ...scorers.flatMap(({ name, signals }) =>
      signals.map(
        (signal): Column => ({ name: `signals.${name}.${signal}`, type: 'DOUBLE', nullable: true }),
      ),
    ),
  ]
  const table = new TableWriter(path, columns)
  return {
    write(id, scores) {
      const row: Record<string, string | number | null> = { id }
      for (const [index, { verdict, signals }] of scores.entries()) {
        const name = scorers[index]?.name ?? ''
        row[`verdicts.${name}`] = verdict
        for (const signal in signals) row[`signals.${name}.${signal}`] = signals[signal] ?? null
      }
      table.append(row)
      return undefined
    },
    fail: () => undefined,
    finish: async () => void table.finish(),
    abandon: () => table.abandon(),
  }
}

import type { SparkSession } from './connect/session.ts'

/**
 * Makes a view of what units are made of: `unit, line`.
 *
 * @param works of each unit, sent as JSON.
 * @param numbers of the units; their places in the list when left out.
 */
export async function sendWorks(
  session: SparkSession,
  view: string,
  works: readonly unknown[],
  numbers?: readonly number[],
): Promise<void> {
  const unit = Int32Array.from(works, (_, at) => numbers?.[at] ?? at)
  const line = works.map((work) => JSON.stringify(work))
  await session.createView(view, await session.local({ unit, line }))
}

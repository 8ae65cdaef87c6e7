import { mapPartitions, type SparkRelation, sql } from './plans.ts'
import { SparkError } from './spark-error.ts'

/** A version that no Python has. */
const NO_VERSION = '0.0'

/**
 * `MAJOR.MINOR` of the Python that executors run.
 *
 * A function must say for which Python it was made, and no call asks a server for it. An executor that is handed a function of another
 * version refuses before it runs anything, and names its own: so that is what we hand it.
 *
 * @throws TilthError `spark` where executors have no Python, or no pyarrow.
 */
export async function probePythonVersion(
  run: (relation: SparkRelation) => Promise<unknown>,
): Promise<string> {
  const probe = mapPartitions(
    sql('SELECT 1 AS one'),
    { module: 'builtins', name: 'repr', argument: '', columns: [{ name: 'one', type: 'integer' }] },
    { pythonVersion: NO_VERSION, inputColumns: ['one'] },
  )
  try {
    await run(probe)
  } catch (error) {
    const found =
      error instanceof SparkError ? /different version:? (\d+\.\d+)/.exec(error.message)?.[1] : undefined
    if (found === undefined) throw error
    return found
  }
  throw new SparkError(`the executors take a function for Python ${NO_VERSION}`, {
    hint: 'they are not those of Spark 4; see docs/how-to/spark.md',
  })
}

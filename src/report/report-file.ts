import { join, resolve } from 'node:path'
import { TilthError } from '../model/error.ts'
import { type Store, writeWholeFile } from '../store/store.ts'
import { openVersion, type Version } from '../store/version.ts'
import { reportHtml } from './html.ts'
import { type ReportData, reportData } from './report-data.ts'

/** The data of a version's report, compared with the version before it in its store. */
export async function reportOf(version: Version, store: Store): Promise<ReportData> {
  const previous = await previousVersion(version, store)
  try {
    return await reportData(version, previous === undefined ? {} : { previous })
  } catch (error) {
    // Damage of an old version must not take the report of a new one: what is new is then left out.
    if (previous === undefined || !isDamage(error)) throw error
    return reportData(version)
  }
}

/**
 * Writes a version's report as one HTML file, beside the version or to `out`.
 *
 * @returns the absolute path of the file.
 */
export async function writeReport(version: Version, store: Store, out?: string): Promise<string> {
  const path = out === undefined ? join(version.dir, 'report.html') : resolve(out)
  const page = reportHtml(await reportOf(version, store))
  try {
    await writeWholeFile(path, page)
  } catch (cause) {
    if (!(cause instanceof Error) || !('code' in cause) || cause.code !== 'ENOENT') throw cause
    throw new TilthError('usage', `${path}: no such directory`, {
      hint: 'make it first, or leave out --out',
      cause,
    })
  }
  return path
}

async function previousVersion(version: Version, store: Store): Promise<Version | undefined> {
  const { name, number } = version.manifest
  const before = store.numbers(name).filter((each) => each < number)
  const last = before.at(-1)
  if (last === undefined) return undefined
  try {
    return await openVersion(store.path(`${name}@${last}`))
  } catch (error) {
    if (isDamage(error)) return undefined
    throw error
  }
}

function isDamage(error: unknown): boolean {
  return error instanceof TilthError && error.code === 'damaged'
}

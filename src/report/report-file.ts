import { join, resolve } from 'node:path'
import { TilthError } from '../model/error.ts'
import { openArtefact } from '../store/artefact.ts'
import { type Store, writeWholeFile } from '../store/store.ts'
import { openVersion, type Version } from '../store/version.ts'
import { type ClassifierMetrics, classifierSteps, type UsedClassifier } from './classifier-data.ts'
import { reportHtml } from './html.ts'
import { type ReportData, reportData } from './report-data.ts'

/** The data of a version's report, compared with the version before it in its store. */
export async function reportOf(version: Version, store: Store): Promise<ReportData> {
  const previous = await previousVersion(version, store)
  const classifiers = usedClassifiers(version, store)
  try {
    return await reportData(version, { classifiers, ...(previous === undefined ? {} : { previous }) })
  } catch (error) {
    // Damage of an old version must not take the report of a new one: what is new is then left out.
    if (previous === undefined || !isDamage(error)) throw error
    return reportData(version, { classifiers })
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

/** Classifiers that the steps of a version name; one that was removed since is left out. */
function usedClassifiers(version: Version, store: Store): readonly UsedClassifier[] {
  return classifierSteps(version.plan).flatMap(({ step, ref }) => {
    try {
      const artefact = openArtefact(store, ref)
      return [{ step, ref: artefact.ref, metrics: artefact.manifest.metrics as unknown as ClassifierMetrics }]
    } catch (error) {
      if (error instanceof TilthError) return []
      throw error
    }
  })
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

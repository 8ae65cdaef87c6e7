import type { Manifest } from '../model/version.ts'
import { funnelTable } from './funnel.ts'
import { bytes, counted, duration, paint, type Style } from './terminal.ts'

/** What `--json` prints: stable. */
export function resultJson(manifest: Manifest): object {
  return {
    version: `${manifest.name}@${manifest.number}`,
    hash: manifest.hashes.kept,
    hashes: manifest.hashes,
    steps: manifest.steps.map(({ name, in: in_, out, kept, dropped, failed, reasons }) => ({
      name,
      in: in_,
      out,
      kept,
      dropped,
      failed,
      reasons,
    })),
    warnings: idleLines(manifest),
  }
}

/** Options that had no effect, as no document has what they name, a line each. */
export function idleLines({ steps }: Manifest): readonly string[] {
  return steps.flatMap(({ name, idle = [] }) => idle.map((text) => `${name}: ${text}`))
}

/** The funnel as a table, and a line on the version. */
export function summary(manifest: Manifest, style: Style): string {
  const last = manifest.steps.at(-1)
  const { seconds, cpuSeconds } = manifest.cost
  const line = [
    paint(`${manifest.name}@${manifest.number}`, 'strong', style),
    counted(last?.out ?? 0, 'document'),
    `${bytes(last?.bytesOut ?? 0)} text`,
    duration(seconds),
    `${duration(cpuSeconds)} of CPU`,
  ].join('   ')
  return `${funnelTable(manifest.steps, style)}${line}\n`
}

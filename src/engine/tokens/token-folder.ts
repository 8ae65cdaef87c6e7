import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { TilthError } from '../../model/error.ts'
import { makeDirectory } from '../../store/directory.ts'
import { sweepStalePartials } from '../../store/stale-partials.ts'
import { type Column, TableWriter } from '../../store/table.ts'

/**
 * Folder within a folder of shards that says what they are. `datasets` and pyarrow take every file beside the shards for data, and pass over
 * what begins with two underscores.
 */
export const ABOUT = '__about'

/**
 * A folder of token shards that has its name only when all of it is there, with `__about/index.parquet`, which says which tokens are whose,
 * and `__about/tokens.json`, which says what the folder holds.
 */
export class TokenFolder {
  readonly dir: string
  /** Where shards are written until the folder is whole. */
  readonly partial: string
  readonly index: TableWriter

  /** @throws TilthError `usage` where there is something of that name already. */
  constructor(out: string, columns: readonly Column[]) {
    this.dir = resolve(out)
    if (existsSync(out) && !isEmptyFolder(out)) {
      throw new TilthError('usage', `--out ${out}: is there already`, {
        hint: 'name a folder that is not there; nothing is written over',
      })
    }
    sweepStalePartials(this.dir)
    this.partial = `${this.dir}.${process.pid}.partial`
    makeDirectory(join(this.partial, ABOUT))
    this.index = new TableWriter(join(this.partial, ABOUT, 'index.parquet'), columns)
  }

  /** Makes the folder whole. */
  finish(about: object): void {
    const { bytes, sha256 } = this.index.finish()
    const record = { formatVersion: 1, ...about, index: { file: `${ABOUT}/index.parquet`, bytes, sha256 } }
    writeFileSync(join(this.partial, ABOUT, 'tokens.json'), `${JSON.stringify(record, undefined, 2)}\n`)
    renameSync(this.partial, this.dir)
  }

  /** Removes what was written. Safe after {@link finish}. */
  abandon(): void {
    this.index.abandon()
    rmSync(this.partial, { recursive: true, force: true })
  }
}

function isEmptyFolder(dir: string): boolean {
  try {
    return readdirSync(dir).length === 0
  } catch {
    return false
  }
}

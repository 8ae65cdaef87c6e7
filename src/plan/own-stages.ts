import type { Stage } from '../model/stage.ts'
import { type ScriptOptions, scriptStage } from '../stages/script.ts'

/** Code of a user's own that a step names by its path. Plain data: crosses threads. */
export interface OwnCode {
  readonly language: 'python' | 'javascript'
  /** As the recipe has it. */
  readonly path: string
  /** Where it lay when the plan was bound; not part of any key. */
  readonly location: string
  /** SHA-256 over the file, what it imports by a relative path, and the lock file beside it; lower-case hex. */
  readonly sha256: string
}

/** A stage that a recipe names by path, when it was found and loaded. */
export interface OwnStage {
  readonly code: OwnCode
  readonly stage: Stage
}

/** Whether a `use` names a file: `./score.py`, `../stages/brand.ts`, `/data/score.py`. */
export function isPath(use: string): boolean {
  return /^(?:\.{1,2})?\//.test(use)
}

/** Stages of users by the hash of their code. A thread loads a stage before it runs a step that needs it. */
const loaded = new Map<string, Stage>()

/** Keeps a loaded stage for this thread. */
export function keepOwnStage({ code, stage }: OwnStage): void {
  loaded.set(code.sha256, stage)
}

/**
 * The stage of a step that names code. A script's is made of the options; a module must have been loaded.
 */
export function ownStage(code: OwnCode, options: unknown): Stage {
  if (code.language === 'python') return scriptStage(options as ScriptOptions)
  const stage = loaded.get(code.sha256)
  if (stage === undefined) throw new Error(`${code.path}: not loaded in this thread`)
  return stage
}

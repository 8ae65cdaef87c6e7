import type { Blocks } from '../blocks.ts'
import type { ElementStates } from '../element-state.ts'
import type { Tree } from '../tree.ts'

export interface RenderOptions {
  /** Mark bold, italic and code within texts, as spans. False when not given. */
  readonly spans?: boolean
  /** Mark links with their targets, as spans. False when not given. */
  readonly links?: boolean
  /** Makes relative links absolute. */
  readonly baseUrl?: string
}

/** What is rendered: a page, and which of its blocks. */
export interface Source {
  readonly tree: Tree
  readonly states: ElementStates
  readonly blocks: Blocks
  /** 1 for each block that is shown. */
  readonly kept: Uint8Array
  readonly options: RenderOptions
}

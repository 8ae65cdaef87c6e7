import type { Json } from '../model/document.ts'

/** The id that a row says it has, as text; `otherwise` where it says none. */
export function rowId(id: Json | undefined, otherwise: string): string {
  return typeof id === 'string' || typeof id === 'number' ? String(id) : otherwise
}

import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'

const MARK = 'tilth-stage='

/**
 * Imports a module of a user's own. It and what it imports by a relative path are loaded under the hash of all of them, so that
 * an edited one is not taken for the one that was loaded before; `tilth` and `zod` are this program's own, so that a stage needs
 * nothing installed beside it.
 *
 * This file is run by Node itself in tests too, as it must be what Node's own loader gives.
 */
export async function importModule(path: string, sha256: string): Promise<{ readonly default?: unknown }> {
  hookImports()
  return (await import(`${pathToFileURL(path).href}?${MARK}${sha256}`)) as { readonly default?: unknown }
}

let hooked = false

function hookImports(): void {
  if (hooked) return
  hooked = true
  const library = import.meta.url.endsWith('.ts') ? '../../index.ts' : '../../index.js'
  const ours: Readonly<Record<string, string>> = {
    tilth: new URL(library, import.meta.url).href,
    zod: import.meta.resolve('zod'),
  }
  registerHooks({
    resolve(specifier, context, next) {
      const mark = context.parentURL?.split('?').find((part) => part.startsWith(MARK))
      if (mark === undefined) return next(specifier, context)
      const own = Object.hasOwn(ours, specifier) ? ours[specifier] : undefined
      if (own !== undefined) return { url: own, shortCircuit: true }
      const found = next(specifier, context)
      return /^\.{1,2}\//.test(specifier) ? { ...found, url: `${found.url}?${mark}` } : found
    },
  })
}

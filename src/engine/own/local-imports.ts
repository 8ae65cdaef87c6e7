import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { OwnCode } from '../../plan/own-stages.ts'

/**
 * Files beside a file that its code imports, by looking for import statements: an import that is put together while it runs is not
 * seen, and one in a comment is. Packages are not followed; the lock file stands for them.
 */
export function localImports(code: string, file: string, language: OwnCode['language']): readonly string[] {
  return language === 'python' ? pythonImports(code, dirname(file)) : moduleImports(code, dirname(file))
}

function moduleImports(code: string, folder: string): readonly string[] {
  const names = code.matchAll(/\b(?:from|import)\s*\(?\s*(['"])(\.{1,2}\/[^'"\n]+)\1/g)
  return [...names].map(([, , name = '']) => resolve(folder, name))
}

function pythonImports(code: string, folder: string): readonly string[] {
  const found: string[] = []
  for (const [, from, imported] of code.matchAll(
    /^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import\b|import[ \t]+([\w., \t]+))/gm,
  )) {
    const names = from === undefined ? (imported ?? '').split(',') : [from]
    for (const name of names) {
      const parts = name.trim().split(/\s+/)[0]?.split('.').filter(Boolean) ?? []
      for (let length = 1; length <= parts.length; length++) {
        const base = join(folder, ...parts.slice(0, length))
        found.push(...[`${base}.py`, join(base, '__init__.py')].filter((path) => existsSync(path)))
      }
    }
  }
  return found
}

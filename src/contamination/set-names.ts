/** A file that holds nothing but a split is called after its folder, too. */
const SPLIT = /^(?:test|dev|val|valid|validation|eval|examples?|data)$/i

/**
 * Names for evaluation sets that were given as paths alone: the file's own without its ending, `gsm8k/test` for `gsm8k/test.jsonl`, and the
 * name of a version. Where two would be called the same, the later one gets a number.
 */
export function setNames(paths: readonly string[]): Readonly<Record<string, string>> {
  const named: Record<string, string> = {}
  for (const path of paths) {
    const name = nameOf(path)
    let free = name
    for (let number = 2; Object.hasOwn(named, free); number++) free = `${name}-${number}`
    named[free] = path
  }
  return named
}

function nameOf(path: string): string {
  if (path.startsWith('version:')) return path.slice('version:'.length).replace(/@.*$/, '')
  const parts = path.split(/[/\\]/).filter((part) => part !== '' && part !== '.')
  const stem = (parts.at(-1) ?? path).replace(/\.(?:gz|zst)$/i, '').replace(/(.)\.[a-z]+$/i, '$1')
  const folder = parts.at(-2)
  return SPLIT.test(stem) && folder !== undefined && folder !== '..' ? `${folder}/${stem}` : stem
}

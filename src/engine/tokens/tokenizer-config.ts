import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { TilthError } from '../../model/error.ts'

/** What `tokenizer_config.json` says beside a `tokenizer.json` of Hugging Face. */
export type TokenizerConfig = Readonly<Record<string, unknown>>

/** The file of a folder, where it has one. @throws TilthError `input` where it is no JSON. */
export function tokenizerConfigOf(dir: string): TokenizerConfig | undefined {
  const path = join(dir, 'tokenizer_config.json')
  return existsSync(path) ? readTokenizerConfig(path) : undefined
}

/** @throws TilthError `input` where the file is no object in JSON. */
export function readTokenizerConfig(path: string): TokenizerConfig {
  let config: unknown
  try {
    config = JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new TilthError('input', `${path}: is not JSON`, { cause })
  }
  if (typeof config === 'object' && config !== null && !Array.isArray(config))
    return config as TokenizerConfig
  throw new TilthError('input', `${path}: expected an object`)
}

/** Tokens that a configuration names, such as `eos_token`, by their texts. */
export function namedTokens(config: TokenizerConfig | undefined): Readonly<Record<string, string>> {
  const found = Object.entries(config ?? {}).flatMap(([name, value]) => {
    if (!name.endsWith('_token')) return []
    const text =
      typeof value === 'object' && value !== null ? (value as { content?: unknown }).content : value
    return typeof text === 'string' ? [[name, text] as const] : []
  })
  return Object.fromEntries(found)
}

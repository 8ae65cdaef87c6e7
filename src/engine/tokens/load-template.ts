import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { TilthError } from '../../model/error.ts'
import { BUILT_IN_TEMPLATES, builtInTemplate } from '../../tokenizers/chat/built-in-templates.ts'
import { ChatTemplate } from '../../tokenizers/chat/chat-template.ts'
import type { Tokenizer } from '../../tokenizers/tokenizer.ts'
import {
  namedTokens,
  readTokenizerConfig,
  type TokenizerConfig,
  tokenizerConfigOf,
} from './tokenizer-config.ts'

/**
 * The chat template of a name (`chatml`, `llama3`), of a file (`chat_template.jinja`, `tokenizer_config.json`) or of a folder that has
 * one; without any, of the folder of the tokenizer.
 *
 * Tokens that a template names, such as `bos_token`, are those of `tokenizer_config.json` beside it, or else beside the tokenizer.
 *
 * @param encoding what the tokenizer was loaded by.
 * @param date what a template is told that asks for the day's.
 * @throws TilthError `usage` where there is none, `input` where it cannot be used.
 */
export function loadTemplate(
  nameOrPath: string | undefined,
  encoding: string,
  tokenizer: Tokenizer,
  date?: Date,
): ChatTemplate {
  if (nameOrPath !== undefined) {
    const named = builtInTemplate(nameOrPath, tokenizer)
    if (named !== undefined) return named
  }
  const home = folderOf(encoding)
  const path = nameOrPath ?? home
  if (path === undefined || !existsSync(path)) {
    const said = nameOrPath === undefined ? 'which template' : `--template ${nameOrPath}`
    throw new TilthError('usage', `${said}: there is no template and no file of that name`, { hint: HINT })
  }
  const file = statSync(path).isDirectory() ? templateIn(path) : path
  if (file === undefined) {
    throw new TilthError('usage', `${path}: has no chat_template.jinja, nor a tokenizer_config.json`, {
      hint: HINT,
    })
  }
  const isConfig = file.endsWith('.json')
  const config = isConfig ? readTokenizerConfig(file) : tokenizerConfigOf(dirname(file))
  const source = isConfig ? sourceIn(file, config ?? {}) : readFileSync(file, 'utf8')
  const tokens = namedTokens(config ?? (home === undefined ? undefined : tokenizerConfigOf(home)))
  return new ChatTemplate(file, source, tokens, date)
}

const HINT = `name one with --template: ${BUILT_IN_TEMPLATES.join(', ')}, a chat_template.jinja or a tokenizer_config.json`

/** The folder of a tokenizer that is a file. */
function folderOf(encoding: string): string | undefined {
  const stat = statSync(encoding, { throwIfNoEntry: false })
  if (stat === undefined) return undefined
  return stat.isDirectory() ? encoding : dirname(encoding)
}

/** The file of a folder that has its template: the one of its own stands before the configuration, as in transformers. */
function templateIn(dir: string): string | undefined {
  return ['chat_template.jinja', 'tokenizer_config.json'].map((name) => join(dir, name)).find(existsSync)
}

/** `chat_template` is a text, or a list of named ones, of which `default` is taken. */
function sourceIn(file: string, { chat_template: found }: TokenizerConfig): string {
  if (typeof found === 'string') return found
  const list = Array.isArray(found) ? (found as { name?: unknown; template?: unknown }[]) : []
  const template = list.find(({ name }) => name === 'default')?.template
  if (typeof template === 'string') return template
  throw new TilthError('usage', `${file}: has no chat_template`, { hint: HINT })
}

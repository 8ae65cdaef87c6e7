import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { nearest, TilthError } from '../../model/error.ts'
import { huggingFaceTokenizer } from '../../tokenizers/hugging-face/tokenizer-json.ts'
import { ENCODINGS, tiktokenTokenizer } from '../../tokenizers/tiktoken.ts'
import type { Tokenizer } from '../../tokenizers/tokenizer.ts'
import { encodingRanks } from './encoding-ranks.ts'
import { namedTokens, tokenizerConfigOf } from './tokenizer-config.ts'

/**
 * The tokenizer of a name of an encoding of tiktoken, of a path of a Hugging Face `tokenizer.json`, or of a folder that has one.
 *
 * The token that ends a text is the one that `tokenizer_config.json` beside it names, where that is there.
 *
 * @throws TilthError `usage` where there is neither, `input` where the file cannot be used.
 */
export function loadTokenizer(nameOrPath: string): Tokenizer {
  const encoding = ENCODINGS.find(({ name }) => name === nameOrPath)
  if (encoding !== undefined) return tiktokenTokenizer(encoding, encodingRanks(encoding))
  const stat = statSync(nameOrPath, { throwIfNoEntry: false })
  if (stat === undefined) {
    const names = ENCODINGS.map(({ name }) => name)
    const near = nearest(nameOrPath, names)
    throw new TilthError('usage', `--encoding ${nameOrPath}: there is no encoding and no file of that name`, {
      hint: `${near === undefined ? '' : `did you mean ${near}? `}encodings are ${names.join(', ')}; or name a tokenizer.json`,
    })
  }
  const path = stat.isDirectory() ? join(nameOrPath, 'tokenizer.json') : nameOrPath
  const { eos_token: endOfText } = namedTokens(tokenizerConfigOf(dirname(path)))
  return huggingFaceTokenizer(nameOrPath, fileBytes(path), endOfText)
}

function fileBytes(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new TilthError('usage', `--encoding ${path}: cannot be read: ${(cause as Error).message}`, {
      cause,
    })
  }
}

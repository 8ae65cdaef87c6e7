import { TilthError } from '../../model/error.ts'
import type { Frame, FrameToken } from '../tokenizer.ts'
import { listOf, type Part, partOf, stringOf, unsupported, wrong } from './part.ts'

const NOTHING: Frame = { before: [], type: 0, behind: [] }

const KNOWN: Readonly<Record<string, (part: Part, where: string) => Frame>> = {
  BertProcessing: between,
  RobertaProcessing: between,
  TemplateProcessing: template,
  // Changes offsets alone.
  ByteLevel: () => NOTHING,
  Sequence: (part, where) => {
    const all = listOf(part['processors'], `${where}.processors`)
    const frames = all.map((each, at) => frameOf(each, `${where}.processors[${at}]`))
    const [frame = NOTHING, ...more] = frames.filter((each) => each !== NOTHING)
    if (more.length > 0) throw new TilthError('input', `${where}: more than one of its parts adds tokens`)
    return frame
  },
}

/**
 * What the `post_processor` of a `tokenizer.json` puts around a single text, as `tokenizers` does with `add_special_tokens`.
 *
 * @throws TilthError `input`.
 */
export function frameOf(value: unknown, where: string): Frame {
  const part = partOf(value, where)
  if (part === undefined) return NOTHING
  const make = KNOWN[String(part['type'])]
  if (make === undefined) throw unsupported(where, part['type'], Object.keys(KNOWN))
  return make(part, where)
}

/** `cls` and `sep` are each a token with its id. */
function between(part: Part, where: string): Frame {
  const token = (name: string): FrameToken => {
    const [, id] = listOf(part[name], `${where}.${name}`)
    return { id: idOf(id, `${where}.${name}`), type: 0 }
  }
  return { before: [token('cls')], type: 0, behind: [token('sep')] }
}

function template(part: Part, where: string): Frame {
  const special = partOf(part['special_tokens'], `${where}.special_tokens`) ?? {}
  const before: FrameToken[] = []
  const behind: FrameToken[] = []
  let text: number | undefined
  for (const [at, each] of listOf(part['single'], `${where}.single`).entries()) {
    const here = `${where}.single[${at}]`
    const piece = partOf(each, here)
    const sequence = partOf(piece?.['Sequence'], here)
    if (sequence !== undefined) {
      if (text !== undefined) throw wrong(here, 'a text that stands there once', each)
      text = idOf(sequence['type_id'], `${here}.Sequence.type_id`)
      continue
    }
    const token = partOf(piece?.['SpecialToken'], here)
    if (token === undefined) throw wrong(here, 'a Sequence or a SpecialToken', each)
    const name = stringOf(token['id'], `${here}.SpecialToken.id`)
    const type = idOf(token['type_id'], `${here}.SpecialToken.type_id`)
    const ids = listOf(partOf(special[name], where)?.['ids'], `${where}.special_tokens.${name}.ids`)
    const side = text === undefined ? before : behind
    for (const id of ids) side.push({ id: idOf(id, `${where}.special_tokens.${name}.ids`), type })
  }
  if (text === undefined) throw wrong(`${where}.single`, 'the text among its parts', part['single'])
  return { before, type: text, behind }
}

function idOf(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw wrong(where, 'a whole number from 0', value)
  return value
}

import { z } from 'zod'
import { defineRewrite, type Signals } from '../../model/stage.ts'
import { composed } from '../../text/normal-form.ts'
import { repairEntities } from '../../text/repair/entities.ts'
import { repairHidden } from '../../text/repair/hidden-characters.ts'
import { repairHyphenation } from '../../text/repair/hyphenation.ts'
import { repairMojibake } from '../../text/repair/mojibake.ts'

const options = z.strictObject({
  entities: z
    .boolean()
    .default(true)
    .describe('Resolve references of HTML that were left over, such as `&eacute;`'),
  mojibake: z
    .boolean()
    .default(true)
    .describe('Decode UTF-8 that was decoded as windows-1252 or Latin-1, such as `cafÃ©`'),
  controls: z.boolean().default(true).describe('Remove control characters but tabs and line ends'),
  invisible: z
    .boolean()
    .default(true)
    .describe('Remove characters without width that shape nothing where they stand'),
  bidi: z
    .boolean()
    .default(true)
    .describe('Remove overrides of direction, and marks of direction where nothing runs from right to left'),
  hyphenation: z
    .enum(['none', 'seen', 'all'])
    .default('seen')
    .describe(
      'Join words cut at line ends: `seen` where the whole word stands elsewhere in the text, `all` unless it stands there with its hyphen',
    ),
  nfc: z.boolean().default(true).describe('Compose characters as Unicode NFC has it'),
})

/** Repairs what went wrong on a text's way: see the options, in the order in which they are applied. */
export const repairText = defineRewrite({
  name: 'repair-text',
  revision: 2,
  description:
    'Repairs wrong decodings, left-over entities, hidden characters, words cut at line ends, and composition.',
  options,
  reasons: { empty: 'nothing is left but white space' },
  signals: {
    entities: 'References of HTML resolved; null where not asked for.',
    mojibake: 'Characters decoded anew; one that was wrong twice counts twice. Null where not asked for.',
    controls: 'Control characters and escape sequences removed; null where not asked for.',
    invisible: 'Invisible characters removed; null where not asked for.',
    bidi: 'Characters of direction removed; null where not asked for.',
    hyphens: 'Words joined over a line end; null where not asked for.',
    nfc: '1 where composition changed the text, else 0; null where not asked for.',
  },
  create: (given) => (document) => {
    const { text, signals } = repaired(document.text, given)
    return text.trim() === '' ? { drop: 'empty' } : [{ text, meta: document.meta, signals }]
  },
})

function repaired(
  text: string,
  given: z.output<typeof options>,
): { readonly text: string; readonly signals: Signals } {
  const nothing = (before: string) => ({ text: before, changes: null })
  const entities = given.entities ? repairEntities(text) : nothing(text)
  const mojibake = given.mojibake ? repairMojibake(entities.text) : nothing(entities.text)
  const hidden = repairHidden(mojibake.text, given)
  const joined =
    given.hyphenation === 'none' ? nothing(hidden.text) : repairHyphenation(hidden.text, given.hyphenation)
  const whole = given.nfc ? composed(joined.text) : joined.text
  return {
    text: whole,
    signals: {
      entities: entities.changes,
      mojibake: mojibake.changes,
      controls: given.controls ? hidden.controls : null,
      invisible: given.invisible ? hidden.invisible : null,
      bidi: given.bidi ? hidden.bidi : null,
      hyphens: joined.changes,
      nfc: given.nfc ? Number(whole !== joined.text) : null,
    },
  }
}

import { z } from 'zod'
import { defineRewrite } from '../../model/stage.ts'
import { cleanText } from '../../text/normal.ts'

/** Removes what no reader sees: see {@link cleanText} for the list. */
export const cleanTextStage = defineRewrite({
  name: 'clean-text',
  revision: 1,
  description:
    'Removes control characters, spaces at line ends and needless blank lines, and unifies line ends.',
  options: z.strictObject({}),
  reasons: { empty: 'nothing but white space and control characters' },
  create: () => (document) => {
    const text = cleanText(document.text)
    return text === '' ? { drop: 'empty' } : [{ text, meta: document.meta }]
  },
})

import { decomposed } from '../../text/normal-form.ts'
import { PYTHON_SPACE, pythonStrip } from '../python-strip.ts'

/** Punctuation that CCNet writes in its plain form, its wide digit one as a quotation mark included. */
const PUNCTUATION: Readonly<Record<string, string>> = {
  '，': ',',
  '。': '.',
  '、': ',',
  '„': '"',
  '”': '"',
  '“': '"',
  '«': '"',
  '»': '"',
  '１': '"',
  '」': '"',
  '「': '"',
  '《': '"',
  '》': '"',
  '´': "'",
  '∶': ':',
  '：': ':',
  '？': '?',
  '！': '!',
  '（': '(',
  '）': ')',
  '；': ';',
  '–': '-',
  '—': ' - ',
  '．': '. ',
  '～': '~',
  '’': "'",
  '…': '...',
  '━': '-',
  '〈': '<',
  '〉': '>',
  '【': '[',
  '】': ']',
  '％': '%',
  '►': '-',
}

const MARKS = new RegExp(`[${Object.keys(PUNCTUATION).join('')}]`, 'gu')

const RUN = new RegExp(`[^${PYTHON_SPACE}]+`, 'gu')

/**
 * A line as CCNet's model sees it: trimmed, lower case, without accents, digits as 0, punctuation in its plain form,
 * without control characters. Its steps, in its order: accents leave letters decomposed, as there.
 */
export function normalLine(line: string): string {
  return decomposed(pythonStrip(line).toLowerCase())
    .replace(/\p{Mn}/gu, '')
    .replace(/\p{Nd}/gu, '0')
    .replace(MARKS, (mark) => PUNCTUATION[mark] ?? mark)
    .replace(CONTROL, '')
}

const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g

/** Number of words of a line as Python's `str.split()` cuts them. */
export function pythonWordCount(line: string): number {
  return line.match(RUN)?.length ?? 0
}

/** The words that KenLM's Python module scores: runs without ASCII white space. */
export function modelWords(line: string): readonly string[] {
  return line.match(/[^\t-\r ]+/g) ?? []
}

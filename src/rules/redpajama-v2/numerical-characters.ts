import type { TextScan } from '../scan/text-scan.ts'
import { eightDigits } from './eight-digits.ts'

/** What Python's `str.isnumeric` knows: general category N, and the ideographs that Unihan gives a number. */
const NUMERICAL =
  /[\p{N}㐅㒃㠪㭍一七万三九二五亖亿什仟仨伍佰億兆兩八六十千卄卅卌叁参參叄四壱壹幺廾廿弌弍弎弐拾捌柒漆玖百肆萬貮貳贰阡陆陌陸零𠀁𠁤𠃢𠄡𠤪𠦃𠦌𠦜𠫪𠫽𠬙𢎐𢦘𣬛𦉭]/gu

/**
 * Sum over the first lines of their share of numerical characters, each rounded to 8 digits.
 *
 * A line is its words with one space between them, as RedPajama's normalisation leaves it. O(length).
 *
 * @param normal holds the text in small letters, decomposed and without punctuation.
 */
export function numericalShares(normal: TextScan, lines: number): number {
  const { end, word } = normal.lines
  const { count, points } = normal.words('whitespace')
  let sum = 0
  let line = 0
  let found = 0
  const close = (): void => {
    if (found === 0) return
    const from = word[line] as number
    const to = line + 1 < normal.lines.count ? (word[line + 1] as number) : count
    const characters = (points[to] as number) - (points[from] as number) + (to - from - 1)
    sum += eightDigits(found / characters)
    found = 0
  }
  for (const { index } of normal.text.matchAll(NUMERICAL)) {
    while (line < lines && index >= (end[line] as number)) {
      close()
      line++
    }
    found++
  }
  close()
  return sum
}

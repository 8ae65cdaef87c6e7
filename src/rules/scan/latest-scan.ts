import { TextScan } from './text-scan.ts'

let latest: TextScan | undefined

/**
 * The scan of a text. Asked for the same text again at once, as neighbouring steps of a recipe do, it is the scan
 * that is there, with what was worked out so far; another text takes its place.
 */
export function scanOf(text: string): TextScan {
  latest ??= new TextScan()
  return latest.text === text ? latest : latest.read(text)
}

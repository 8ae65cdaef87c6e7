import type { TextScan } from './text-scan.ts'

/**
 * Units where a phrase of C4's rules may stand, ascending: at the k of `cookie`, the v of `privacy` and `javascript`,
 * the m of `terms of use` and `lorem ipsum`, in either case. Most texts have none, and are not looked at again.
 */
export function phraseCandidates(scan: TextScan): readonly number[] {
  return scan.once(phraseCandidates, () => {
    const { columns } = scan.words('whitespace')
    const found: number[] = []
    for (let at = columns.nextPhrase(0); at >= 0; at = columns.nextPhrase(at + 1)) found.push(at)
    return found
  })
}

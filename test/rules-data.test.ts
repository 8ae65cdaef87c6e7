import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { beforeAll, expect, it } from 'vitest'
import { decide } from '../src/model/stage.ts'
import { ruleSetNamed } from '../src/stages/rule-sets.ts'
import { describeWithData, sharedData } from './shared-data.ts'
import { documentOf } from './webtext-documents.ts'

const GOLDEN = 'golden/datatrove-0.10.1-filters.jsonl.gz'

/** The rule set that each filter class of datatrove is, by the name of its column. */
const SETS = {
  gopher_quality: 'gopher-quality@datatrove-0.10',
  gopher_repetition: 'gopher-repetition@datatrove-0.10',
  c4: 'c4@datatrove-0.10-nopunct',
  fineweb: 'fineweb@datatrove-0.10',
} as const

interface Row {
  readonly id: string
  readonly text: string
  readonly whitespace: Readonly<Record<keyof typeof SETS, string | null>>
  readonly spacy: Readonly<Record<keyof typeof SETS, string | null>>
}

function readRows(): readonly Row[] {
  const lines = gunzipSync(readFileSync(sharedData(GOLDEN)))
    .toString()
    .trimEnd()
    .split('\n')
  return lines.map((line) => JSON.parse(line) as Row)
}

describeWithData("verdicts of datatrove 0.10.1's own classes", [GOLDEN], () => {
  let rows: readonly Row[] = []
  beforeAll(() => {
    rows = readRows()
  })

  it('has the texts', () => expect(rows.length).toBe(993))

  it.each(
    (['whitespace', 'spacy'] as const).flatMap((words) =>
      Object.entries(SETS).map(([column, name]) => ({ words, column: column as keyof typeof SETS, name })),
    ),
  )('$name gives the same verdict and reason for each text with $words words', ({ words, column, name }) => {
    const stage = ruleSetNamed(name).steps[0]
    if (stage?.kind !== 'filter') throw new Error(`${name} decides nothing`)
    const hasWords = Object.hasOwn(stage.options.parse({}) as object, 'words')
    const options = stage.options.parse(
      hasWords ? { words: words === 'spacy' ? 'unicode' : 'whitespace' } : {},
    )
    const measure = stage.measure(options)
    const rules = stage.rules(options)
    const differing = rows.flatMap((row) => {
      const verdict = decide(rules, measure(documentOf(row.text)))
      const reason = verdict.keep ? null : verdict.rule.peerReason
      return reason === row[words][column] ? [] : [`${row.id}: ${reason}, theirs ${row[words][column]}`]
    })
    expect(differing).toEqual([])
  })
})

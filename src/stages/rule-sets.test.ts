import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { MAKERS, randomOf } from '../../test/rule-texts.ts'
import { documentOf } from '../../test/webtext-documents.ts'
import { TilthError } from '../model/error.ts'
import { decide, type Filter, type Signals, type StageFiles } from '../model/stage.ts'
import { RULE_SETS, ruleSetNamed } from './rule-sets.ts'

function filterOf(name: string): Filter {
  const stage = ruleSetNamed(name).steps.find((step) => step.kind === 'filter')
  if (stage?.kind !== 'filter') throw new Error(`${name} decides nothing`)
  return stage
}

/** What a rule set cannot do without. */
const NEEDED: Readonly<Record<string, { readonly options: object; readonly files: StageFiles }>> = {
  ccnet: {
    options: { model: 'model.arpa', headCutoff: 10, tailCutoff: 20 },
    files: new Map([['model.arpa', [{ name: '', bytes: readFileSync('test/golden/ccnet/model.arpa') }]]]),
  },
}

function signalsOf(name: string, text: string, options: object = {}): Signals {
  const stage = filterOf(name)
  return stage.measure(stage.options.parse(options))(documentOf(text))
}

function reasonOf(name: string, text: string, options: object = {}): string | null {
  const stage = filterOf(name)
  const parsed = stage.options.parse(options)
  const verdict = decide(stage.rules(parsed), stage.measure(parsed)(documentOf(text)))
  return verdict.keep ? null : verdict.rule.reason
}

/** Words of five letters that are all different, one of them a stop word twice. */
const prose = (words: number): string =>
  Array.from({ length: words }, (_, index) =>
    index % 9 === 0 ? 'the' : index % 9 === 4 ? 'of' : `w${String(index).padStart(3, 'o')}`,
  ).join(' ')

const TEXTS = Object.keys(MAKERS)
  .filter((maker) => !maker.endsWith('/too-long'))
  .flatMap((maker, index) => [1, 2, 3].map((seed) => MAKERS[maker]?.(randomOf(1000 * index + seed)) ?? ''))

describe('rule sets', () => {
  it('are those that are named after their sources', () => {
    const names = RULE_SETS.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const source of ['paper', 'datatrove-0.10', 'dolma-1', 'dclm']) {
      expect(names).toContain(`gopher-quality@${source}`)
      expect(names).toContain(`gopher-repetition@${source}`)
    }
    expect(() => ruleSetNamed('c4@papr')).toThrow(TilthError)
  })

  it.each(RULE_SETS.map(({ name }) => name))(
    '%s decides by its limits over the stored signals alone',
    (name) => {
      const stages = ruleSetNamed(name).steps.filter((step) => step.kind === 'filter')
      let dropped = 0
      for (const stage of stages) {
        const options = stage.options.parse(NEEDED[name]?.options ?? {})
        const measure = stage.measure(options, NEEDED[name]?.files)
        const rules = stage.rules(options)
        const first = TEXTS.map((text) => measure(documentOf(text)))
        // In another order, and again: what was measured before changes nothing.
        const second = TEXTS.toReversed()
          .map((text) => measure(documentOf(text)))
          .toReversed()
        expect(second).toEqual(first)
        for (const signals of first) {
          expect(Object.keys(signals).sort()).toEqual(Object.keys(stage.signals).sort())
          for (const value of Object.values(signals))
            expect(value === null || Number.isFinite(value)).toBe(true)
          const stored = JSON.parse(JSON.stringify(signals)) as Signals
          expect(decide(rules, stored)).toEqual(decide(rules, signals))
          if (!decide(rules, signals).keep) dropped++
        }
      }
      if (stages.length > 0) expect(dropped).toBeGreaterThan(0)
    },
  )

  it.each(RULE_SETS.map(({ name }) => name))('%s takes any text', (name) => {
    for (const text of [
      '',
      ' ',
      '\n\n',
      '\ud800',
      '𝒳',
      'a',
      '.'.repeat(3000),
      '\0\u0085\u2028',
      '日本語'.repeat(400),
    ]) {
      for (const stage of ruleSetNamed(name).steps) {
        const options = stage.options.parse(NEEDED[name]?.options ?? {})
        if (stage.kind === 'rewrite') stage.create(options)(documentOf(text))
        else stage.measure(options, NEEDED[name]?.files)(documentOf(text))
      }
    }
  })
})

describe('redpajama-v2', () => {
  // Values are those of its own formulas, run in Python.
  const signals = (text: string): Signals => {
    const stage = ruleSetNamed('redpajama-v2').steps[0]
    if (stage?.kind !== 'annotate') throw new Error('it should annotate')
    return stage.measure(stage.options.parse({}))(documentOf(text))
  }

  it('measures under the tags of the data set, rounded as there, and drops nothing', () => {
    expect(signals("The {cat} isn't THE cat… the cat.\n• It cost 3.50, no?\n")).toMatchObject({
      ccnet_length: 54,
      ccnet_nlines: 2,
      rps_doc_word_count: 12,
      rps_doc_curly_bracket: 0.03703704,
      rps_doc_frac_lines_end_with_ellipsis: 0,
      rps_doc_frac_all_caps_words: 1 / 22,
      rps_doc_frac_no_alph_words: 0.5,
      rps_doc_stop_word_fraction: 0.13636364,
      rps_doc_symbol_to_word_ratio: 0.04545455,
      rps_doc_num_sentences: 3,
      rps_doc_frac_chars_top_2gram: 0.34285714,
      rps_lines_num_words: 6,
      rps_lines_ending_with_terminal_punctution_mark: 1,
      rps_lines_start_with_bulletpoint: 0.5,
      rps_lines_numerical_chars_fraction: 0.09375,
    })
  })

  it.each<[string, number | null, string]>([
    ['三 of ½ 10\n\n  no\t 7\n２', 0.42361111, 'ideographs, fractions, wide digits; blank lines count'],
    ['7', 1, 'one line'],
    [`1${'x'.repeat(511)}`, 0.00195312, 'of two equally near ones the even, as Python rounds'],
    ['', null, 'no line'],
  ])('the share of numerical characters of %j is %d: %s', (text, share) => {
    expect(signals(text)['rps_lines_numerical_chars_fraction']).toBe(share)
  })
})

describe('what the sources have apart', () => {
  it.each([
    ['gopher-quality@datatrove-0.10', 'The THE and', 1, 'different words, small letters only'],
    ['gopher-quality@paper', 'The THE and', 2, 'different words, in either case'],
    ['gopher-quality@dolma-1', 'The the the', 2, 'each time, small letters only'],
    ['gopher-quality@dclm', 'The the the', 3, 'each time, in either case'],
  ])('%s counts the stop words of %j: %i, %s', (name, text, stopWords) => {
    expect(
      signalsOf(name, text, name.includes('datatrove') ? { words: 'whitespace' } : {})['stopWords'],
    ).toBe(stopWords)
  })

  it('Dolma takes the median length of words, the others the mean', () => {
    const text = `a b c ${'x'.repeat(97)}`
    expect(signalsOf('gopher-quality@dolma-1', text)['medianWordLength']).toBe(1)
    expect(signalsOf('gopher-quality@paper', text)['meanWordLength']).toBe(25)
    expect(
      signalsOf('gopher-quality@dolma-1', `${'x'.repeat(300)} ${'y'.repeat(400)} a`)['medianWordLength'],
    ).toBe(300)
  })

  it.each([
    ['gopher-quality@datatrove-0.10', 'ellipsisRatio', 3 / 8],
    ['gopher-quality@paper', 'ellipsisRatio', 3 / 8],
    ['gopher-quality@dolma-1', 'symbolWordRatio', 1 / 8],
    ['gopher-quality@dclm', 'symbolRatio', 4 / 8],
  ])('%s knows its own forms of an ellipsis', (name, signal, value) => {
    const options = name.includes('datatrove') ? { words: 'whitespace' } : {}
    expect(signalsOf(name, 'a… b... c... . . . x y', options)[signal]).toBe(value)
  })

  it('blank lines are repeated lines for Dolma alone', () => {
    const text = 'One.\n\nTwo.\n\nThree.\n\nFour.'
    expect(signalsOf('gopher-repetition@dolma-1', text)['repeatedLineRatio']).toBe(3 / 7)
    for (const name of ['paper', 'datatrove-0.10', 'dclm']) {
      expect(signalsOf(`gopher-repetition@${name}`, text)['repeatedLineRatio']).toBe(0)
    }
  })

  it('the first copy of a line counts for Dolma and DCLM, and not for the paper and datatrove', () => {
    const text = 'x\nx\ny\nz'
    const ratios = ['paper', 'datatrove-0.10', 'dolma-1', 'dclm'].map(
      (source) => signalsOf(`gopher-repetition@${source}`, text)['repeatedLineRatio'],
    )
    expect(ratios).toEqual([1 / 4, 1 / 4, 2 / 4, 2 / 4])
  })

  it('an n-gram that repeats nowhere is the most frequent one for datatrove and Dolma', () => {
    const text = 'one two three four'
    const ratios = ['paper', 'datatrove-0.10', 'dolma-1', 'dclm'].map(
      (source) => signalsOf(`gopher-repetition@${source}`, text)['top2GramRatio'],
    )
    expect(ratios).toEqual([0, 7 / 18, 6 / 15, 0])
  })

  it('duplicate lines may hold 0.2 of the characters, and 0.3 for Dolma', () => {
    const limits = ['paper', 'datatrove-0.10', 'dolma-1', 'dclm'].map((source) => {
      const stage = filterOf(`gopher-repetition@${source}`)
      return stage
        .rules(stage.options.parse({}))
        .find(({ signal }) => signal === 'repeatedLineCharacterRatio')?.limit
    })
    expect(limits).toEqual([0.2, 0.2, 0.3, 0.2])
  })

  it('punctuation is words for datatrove with tokens, which lowers the share of words with a letter', () => {
    const text = 'One, two, three, four.'
    expect(signalsOf('gopher-quality@datatrove-0.10', text)['letterWordRatio']).toBe(4 / 8)
    expect(signalsOf('gopher-quality@datatrove-0.10', text, { words: 'whitespace' })['letterWordRatio']).toBe(
      1,
    )
  })

  it.each([
    ['c4@paper', 4, 'few-sentences', 'five sentences'],
    ['c4@code', 4, null, 'three sentences'],
    ['c4@code', 2, 'few-sentences', 'three sentences'],
    ['c4@datatrove-0.10', 4, 'few-sentences', 'five sentences'],
    ['c4@datatrove-0.10', 5, null, 'five sentences'],
  ])('%s on %i sentences: %s, as it wants %s', (name, sentences, reason, _why) => {
    expect(reasonOf(name, 'It goes on and on.\n'.repeat(sentences))).toBe(reason)
  })

  it.each([
    ['c4@paper', 'It is so.', 1, 'three words'],
    ['c4@code', 'It is so.', 0, 'five words'],
    ['c4@code', 'It is so and so.', 1, 'five words'],
    ['c4@code', 'It is so [1] [2].', 0, 'citations go before words are counted'],
    ['c4@datatrove-0.10', 'It is [1].', 1, 'citations count as words'],
    ['c4@paper', 'It is so...', 1, 'an ellipsis ends in a period'],
    ['c4@code', 'It is so, is it...', 0, 'an ellipsis is no end'],
    ['c4@datatrove-0.10', "It is 'so'", 1, 'an apostrophe is an end'],
    ['c4@code', "It is so 'as it is'", 0, 'an apostrophe is no end'],
    ['c4@datatrove-0.10-nopunct', 'It is so', 1, 'it may end in anything'],
    ['c4@datatrove-0.10-nopunct', 'It is JavaScript', 0, 'javascript'],
    ['c4@datatrove-0.10-nopunct', 'We use cooKies here', 0, 'a policy phrase'],
    ['c4@datatrove-0.10-nopunct', `It is ${'x'.repeat(1000)}`, 1, 'a word of 1000 characters'],
    ['c4@datatrove-0.10-nopunct', `It is ${'x'.repeat(1001)}`, 0, 'a longer one'],
    ['c4@code', `It is so and ${'x'.repeat(1001)}.`, 0, 'a longer one'],
    ['c4@paper', `It is ${'x'.repeat(1001)}.`, 1, 'the paper says nothing of long words'],
  ])('%s on the line %j keeps %i: %s', (name, line, keptLines) => {
    expect(signalsOf(name, line)['keptLines']).toBe(keptLines)
  })

  it('C4 looks for what ends a page in the whole page (paper), or in lines that it has not dropped yet (code)', () => {
    const text = `${'It goes on and on.\n'.repeat(5)}{`
    expect(['c4@paper', 'c4@code', 'c4@datatrove-0.10-nopunct'].map((name) => reasonOf(name, text))).toEqual([
      'curly-bracket',
      null,
      null,
    ])
    expect(reasonOf('c4@datatrove-0.10-nopunct', `${text} it is\nlorem ipsum dolor`)).toBe('curly-bracket')
  })

  it('C4 rewrites a page to the lines that stay', () => {
    const lines = ruleSetNamed('c4@datatrove-0.10').steps[1]
    if (lines?.kind !== 'rewrite') throw new Error('no lines')
    const text = 'Menu\n  It was so. [1]  \r\nIt is so.[12]\nWe use cookies here.'
    const apply = lines.create({})
    expect(apply(documentOf(text))).toEqual([{ text: 'It is so.', meta: {} }])
    expect(apply(documentOf('Menu'))).toEqual({ drop: 'empty' })
  })

  it.each([
    ['fineweb@paper', 0.1, 'below'],
    ['fineweb@code', 0.01, 'below'],
    ['fineweb@datatrove-0.10', 0.01, 'at-most'],
  ])('%s drops duplicated lines from %d on: %s', (name, limit, keep) => {
    const stage = filterOf(name)
    const rule = stage
      .rules(stage.options.parse({}))
      .find(({ signal }) => signal === 'repeatedLineCharacterRatio')
    expect([rule?.limit, rule?.keep]).toEqual([limit, keep])
  })

  it('FineWeb at a limit: the paper and its code drop it, datatrove keeps it; only datatrove leaves blank lines out', () => {
    const line = 'This is a line of a page that goes on for long'
    const lines = Array.from({ length: 25 }, (_, index) => `${line} ${index}${index < 3 ? '.' : ''}`).join(
      '\n',
    )
    const reasons = ['fineweb@paper', 'fineweb@code', 'fineweb@datatrove-0.10'].map((name) =>
      reasonOf(name, lines),
    )
    expect(reasons).toEqual(['few-punctuated-lines', 'few-punctuated-lines', null])
    const blank = `${line}.\n\n\n\n\n\n\n\n\n\n${line} too.`
    expect(signalsOf('fineweb@code', blank)['punctuationLineRatio']).toBe(2 / 11)
    expect(signalsOf('fineweb@datatrove-0.10', blank)['punctuationLineRatio']).toBe(1)
    expect(filterOf('fineweb@paper').signals).not.toHaveProperty('lineFeedRatio')
  })

  it.each([
    ['3 likes', 'a counter'],
    ['12K followers!', 'a counter'],
    ['2024', 'digits'],
    ['ALL OF IT IS LOUD', 'capitals'],
    ['Menu', 'one word'],
    ['Sign-in', 'a phrase and nothing else'],
  ])('RefinedWeb takes out %j: %s', (line) => {
    const lines = ruleSetNamed('refinedweb').steps[1]
    if (lines?.kind !== 'rewrite') throw new Error('no lines')
    const text = `${prose(60)}\n${line}\n${prose(30)}`
    expect(lines.create({})(documentOf(text))).toEqual([{ text: `${prose(60)}\n${prose(30)}`, meta: {} }])
  })

  it('RefinedWeb cuts phrases out of short lines, and drops a page that loses more than 5 % of its words', () => {
    const lines = ruleSetNamed('refinedweb').steps[1]
    if (lines?.kind !== 'rewrite') throw new Error('no lines')
    expect(lines.create({})(documentOf('It has 3 items in cart now\nIt is so. Read more...'))).toEqual([
      { text: 'It has 3 now\nIt is so.', meta: {} },
    ])
    const page = (loud: number): string => `${prose(95)}\n${'LOUD '.repeat(loud).trim()}`
    expect(reasonOf('refinedweb', page(5))).toBe(null)
    expect(reasonOf('refinedweb', page(6))).toBe('many-removed-words')
  })
})

import { beforeAll, describe, expect, it } from 'vitest'
import { loadSetReader, readSets } from './read-sets.ts'
import { setNames } from './set-names.ts'

const file = (name: string, text: string) => ({ name, bytes: Buffer.from(text) })
const read = (path: string, text: string, fields: readonly string[] = []) =>
  readSets('set', path, [file('', text)], { fields }).sets

describe('evaluation sets', () => {
  beforeAll(loadSetReader)

  it('are read from JSON lines, with texts at any depth', () => {
    const lines = '\ufeff{"id":"a","q":"x","n":3,"c":{"t":["y","z"]}}\r\n\n{"idx":7,"q":"v"}\n"plain"\n'
    expect(read('x.jsonl', lines)).toEqual([
      {
        name: 'set',
        items: [
          { id: 'a', number: 1, texts: ['a', 'x', 'y', 'z'] },
          { id: '7', number: 3, texts: ['v'] },
          { id: '4', number: 4, texts: ['plain'] },
        ],
      },
    ])
    expect(read('x.jsonl.gz', '{"q":"x","a":"y"}', ['a'])[0]?.items).toEqual([
      { id: '1', number: 1, texts: ['y'] },
    ])
  })

  it('are read from plain text, an example a line', () => {
    expect(read('x.txt', 'one\n\n two \n')[0]?.items.map(({ number, texts }) => [number, ...texts])).toEqual([
      [1, 'one'],
      [3, 'two'],
    ])
  })

  it('are read from JSON: a list, splits, or one example', () => {
    const names = (text: string) => read('x.json', text).map(({ name, items }) => [name, items.length])
    expect(names('[{"q":"x"},{"q":"y"}]')).toEqual([['set', 2]])
    expect(names('{"train":[{"q":"x"}],"test":[{"q":"y"}],"dev":[{"q":"y"}]}')).toEqual([
      ['set/test', 1],
      ['set/dev', 1],
    ])
    expect(names('{"q":"x","choices":["a","b"]}')).toEqual([['set', 1]])
  })

  it('are the files of a folder, but those for training', () => {
    const row = '{"q":"x"}'
    const yaml =
      'task: my_task\ndataset_kwargs:\n  data_files:\n    test: here/held.jsonl\n    train: rest.jsonl\ndoc_to_text: !function utils.text\n'
    const { sets, passed } = readSets(
      'evals',
      'evals',
      [
        file('README.md', '# hello'),
        file('gsm8k/test.jsonl', row),
        file('gsm8k/train.jsonl', row),
        file('gsm8k/train-00.parquet.jsonl', row),
        file('gsm8k/validation.parquet.jsonl', row),
        file('trained/test.jsonl', row),
        file('mine/task.yaml', yaml),
        file('mine/held.jsonl', row),
        file('mine/rest.jsonl', row),
      ],
      { fields: [] },
    )
    expect(sets.map(({ name }) => name)).toEqual([
      'evals/gsm8k/test',
      'evals/gsm8k/validation',
      'evals/trained/test',
      'evals/my_task/test',
    ])
    expect(passed).toEqual([])
    // A file that is named itself is what was asked for.
    expect(read('train.jsonl', row)[0]?.items).toHaveLength(1)
  })

  const row = '{"q":"x"}'
  it.each([
    {
      why: 'a task whose data set is one of a hub',
      files: [file('a/test.jsonl', row), file('b/b.yaml', 'task: b\ndataset_path: cais/mmlu\n')],
      says: ['evals: 1 task has no data here, and is not looked for: b/b.yaml (cais/mmlu)'],
    },
    {
      why: 'a task whose file is not there, beside one whose file is',
      files: [
        file('t/a.yaml', 'task: a\ndataset_path: json\ndataset_kwargs: {data_files: {test: a.jsonl}}\n'),
        file('t/b.yaml', 'task: b\ndataset_path: json\ndataset_kwargs: {data_files: {test: b.jsonl}}\n'),
        file('t/a.jsonl', row),
      ],
      says: ['evals: 1 task has no data here, and is not looked for: t/b.yaml'],
    },
    {
      why: 'files of data that it cannot read, and none of what lies beside data',
      files: [
        'x.jsonl',
        'y.arrow',
        'z/z.zip',
        'README.md',
        'utils.py',
        '_default_template_yaml',
        'LICENSE',
      ].map((name) => file(name, row)),
      says: ['evals: 2 files are not read: y.arrow, z/z.zip'],
    },
    {
      why: 'a file without an example',
      files: [file('x.jsonl', row), file('y.jsonl', '\n')],
      says: ['evals: 1 file has no example: y.jsonl'],
    },
    {
      why: 'the first of many alone',
      files: [file('x.jsonl', row), ...Array.from({ length: 10 }, (_, at) => file(`${at}.pkl`, row))],
      says: [`evals: 10 files are not read: ${[...'01234567'].map((n) => `${n}.pkl`).join(', ')} and 2 more`],
    },
    {
      why: 'no group of tasks, which has no data of its own',
      files: [file('x.jsonl', row), file('g/g.yaml', 'group: g\ntask: [a, b]\n')],
      says: [],
    },
  ])('in a folder say what is passed over: $why', ({ files, says }) => {
    expect(readSets('evals', 'evals', files, { fields: [] }).passed).toEqual(says)
  })

  it('that are all passed over are refused with what they are', () => {
    const files = [file('b.yaml', 'task: b\ndataset_path: cais/mmlu\n'), file('test.arrow', '')]
    const refused = () => readSets('evals', 'evals', files, { fields: [] })
    expect(refused).toThrow(/no example/)
    expect(refused).toThrow(
      expect.objectContaining({
        hint: expect.stringMatching(/b\.yaml \(cais\/mmlu\)[^]*1 file is not read: test\.arrow/),
      }),
    )
  })

  it.each([
    {
      why: 'with a header',
      path: 'x.csv',
      text: 'id,question,answer\r\na,"one, ""two""\nthree",yes\r\nb,four,no\r\n',
      wanted: [
        ['a', 1, ['a', 'one, "two"\nthree', 'yes']],
        ['b', 2, ['b', 'four', 'no']],
      ],
    },
    {
      why: 'without one, as those of MMLU: the first row is an example',
      path: 'x.csv',
      text: 'What is the sum of one and two?,1,2,3,C\nAnd of two and three?,4,5,6,B\n',
      wanted: [
        ['1', 1, ['What is the sum of one and two?', '1', '2', '3', 'C']],
        ['2', 2, ['And of two and three?', '4', '5', '6', 'B']],
      ],
    },
    {
      why: 'by tabs, where a quote means nothing',
      path: 'x.tsv.gz',
      text: 'question\tanswer\n"one\ttwo, three\n',
      wanted: [['1', 1, ['"one', 'two, three']]],
    },
  ])('are read from CSV $why', ({ path, text, wanted }) => {
    expect(read(path, text)[0]?.items.map(({ id, number, texts }) => [id, number, texts])).toEqual(wanted)
  })

  it('in CSV that is broken are refused with the file', () => {
    expect(() => read('x.csv', 'a,b\n"x,y\n')).toThrow(/^x\.csv: no CSV: /)
    expect(read('x.csv', 'question,answer\nx,y\n', ['answer'])[0]?.items[0]?.texts).toEqual(['y'])
  })

  it.each([
    ['x.jsonl', '{"a":"b"}\n{"a":', /^x\.jsonl:2: no JSON/],
    ['x.jsonl', '3', /^x\.jsonl:1: expected an object or a text/],
    ['x.json', '[{"a":"b"}, 3]', /^x\.json: example 2: expected/],
    ['x.json', '[]', /^x\.json: no example/],
    ['x.jsonl', '', /^x\.jsonl: no example/],
    ['x.bin', 'hello', /^x\.bin: an evaluation set of no known format/],
  ])('in %s of %j are refused', (path, text, message) => {
    expect(() => read(path, text)).toThrow(message)
  })

  it('are refused where no field is there that counts, and where they are not UTF-8', () => {
    expect(() => read('x.jsonl', '{"q":"x"}', ['question'])).toThrow(
      /x\.jsonl:1: has none of the fields question/,
    )
    const files = [{ name: '', bytes: Uint8Array.of(0x22, 0xff, 0x22) }]
    expect(() => readSets('set', 'x.jsonl', files, { fields: [] })).toThrow(/not UTF-8/)
  })

  it('are walked however deep they are', () => {
    const deep = `${'['.repeat(5000)}"x"${']'.repeat(5000)}`
    expect(read('x.jsonl', `{"q":${deep}}`)[0]?.items[0]?.texts).toEqual(['x'])
  })

  it('have names made of their paths', () => {
    expect(
      setNames([
        'a/gsm8k/test.jsonl.gz',
        './quiz.txt',
        'b/quiz.json',
        'version:evals@3',
        '../evals',
        '/x/v1.2/set',
      ]),
    ).toEqual({
      'gsm8k/test': 'a/gsm8k/test.jsonl.gz',
      quiz: './quiz.txt',
      'quiz-2': 'b/quiz.json',
      evals: 'version:evals@3',
      'evals-2': '../evals',
      set: '/x/v1.2/set',
    })
  })
})

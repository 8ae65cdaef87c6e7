import { expect, it } from 'vitest'
import { expressionOf } from './expression.ts'

it.each([
  [String.raw`a++b`, 'aab ab b', ['aab', 'ab']],
  [String.raw`a++ab`, 'aaab', []],
  [String.raw`(?>a|ab)c`, 'abc ac', ['ac']],
  [String.raw`\d{1,2}+x`, '12345x 1x', ['12345x', '1x']],
  [String.raw`[^\S\n]+`, 'a \n\tb', [' ', '\t']],
  [String.raw`^x|y$`, 'x y\nx', ['x', 'y', 'x']],
  [String.raw`a.b`, 'a\rb a\nb', ['a\rb']],
  [String.raw`\w+`, 'naïve_1 x² ꟎', ['naïve_1', 'x²', '꟎']],
  [String.raw`\p{Han}+|\p{^L}`, '中文a1', ['中文', '1']],
  [String.raw`(?i)ab|c`, 'AB C', ['AB', 'C']],
  [String.raw`(?i:'s)|\x{4e00}|\x41`, "'S 一A", ["'S", '一', 'A']],
  [String.raw`{|}|]|\-|\'|\#`, "{}]-'#", ['{', '}', ']', '-', "'", '#']],
  [String.raw`[]a]+|[\]b-]+`, ']a b-', [']a', 'b-']],
  [String.raw`\Aa|b\z|\h+`, 'a 0f b', ['a', '0f', 'b']],
])('%s', (source, text, matches) => {
  expect(text.match(expressionOf(source, 'here')) ?? []).toEqual(matches)
})

it.each([
  String.raw`\R`,
  String.raw`[[:alpha:]]`,
  '[a&&b]',
  String.raw`[\W]`,
  '(?x)a',
  '(',
  String.raw`\p{Nonsense}`,
])('%s is refused by name', (source) =>
  expect(() => expressionOf(source, 'here')).toThrow(/regular expression/),
)

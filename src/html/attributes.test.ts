import { describe, expect, it } from 'vitest'
import { attribute, numberAttribute } from './attributes.ts'
import { createParser } from './parse.ts'

const parse = (html: string) => createParser()(Buffer.from(html))

describe('attribute', () => {
  it.each([
    ['<a href=b>', 'b', 'bare'],
    ['<a HREF = "b c" href=d>', 'b c', 'the first of two, in any case'],
    ['<a href>', '', 'without a value'],
    ['<a class=href>', undefined, 'a value of that name'],
    ['<a href="?a=1&amp;b=2">', '?a=1&b=2', 'a reference'],
    ['<a href="?a=1&copy=2&lt=3">', '?a=1&copy=2&lt=3', 'parameters that are named like references'],
    ['<a href="a\0b">', 'ab', 'NUL'],
  ])('of %j is %j: %s', (html, value, _why) => {
    expect(attribute(parse(html), 1, 'href')).toBe(value)
  })

  it('is decoded as far as is asked', () => {
    expect(attribute(parse('<a href=abcdef>'), 1, 'href', 3)).toBe('abc')
  })
})

describe('numberAttribute', () => {
  it.each([
    ['<ol start=" 3x">', 3],
    ['<ol start="-2">', -2],
    ['<ol start=x>', undefined],
    ['<ol>', undefined],
  ])('of %j is %j', (html, value) => {
    expect(numberAttribute(parse(html), 1, 'start')).toBe(value)
  })
})

import { expect, it } from 'vitest'
import { licenceOf, licenceUrlIn } from './licence.ts'

it.each([
  ['https://creativecommons.org/licenses/by-sa/4.0/', 'CC-BY-SA-4.0', true, true],
  ['http://www.creativecommons.org/licenses/by-nc-nd/3.0/de/', 'CC-BY-NC-ND-3.0-DE', false, false],
  ['https://creativecommons.org/licenses/by/4.0/deed.fr', 'CC-BY-4.0', true, true],
  ['//creativecommons.org/licenses/by-nc-sa/2.5/legalcode', 'CC-BY-NC-SA-2.5', false, true],
  ['https://creativecommons.org/licenses/by/4.0?ref=chooser-v1', 'CC-BY-4.0', true, true],
  ['https://creativecommons.org/licenses/by/', 'CC-BY', true, true],
  ['https://creativecommons.org/publicdomain/zero/1.0/', 'CC0-1.0', true, true],
  ['https://creativecommons.org/publicdomain/mark/1.0/', 'CC-PDM-1.0', true, true],
  ['CC BY-SA 4.0', 'CC-BY-SA-4.0', true, true],
  ['cc-by-nc-4.0', 'CC-BY-NC-4.0', false, true],
  ['CC BY', 'CC-BY', true, true],
  ['CC BY-SA', 'CC-BY-SA', true, true],
  ['Text under CC-BY-ND 2.0, pictures not', 'CC-BY-ND-2.0', true, false],
  ['CC0', 'CC0-1.0', true, true],
  ['Creative Commons Attribution 4.0 International License', 'CC-BY-4.0', true, true],
  ['Creative Commons Attribution-NonCommercial-ShareAlike 3.0 Unported', 'CC-BY-NC-SA-3.0', false, true],
  ['Creative Commons Attribution-NonCommercial-NoDerivatives License', 'CC-BY-NC-ND', false, false],
  ['http://www.gnu.org/copyleft/fdl.html', 'GFDL', true, true],
  ['GNU Free Documentation License 1.3', 'GFDL-1.3', true, true],
  ['http://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/', 'OGL-UK-3.0', true, true],
  ['MIT', 'MIT', true, true],
  ['Apache License, Version 2.0', 'Apache-2.0', true, true],
  ['https://www.gnu.org/licenses/agpl-3.0.html', 'AGPL-3.0', true, true],
  ['GPLv3', 'GPL-3.0', true, true],
  ['BSD-3-Clause', 'BSD-3-Clause', true, true],
])('%s is %s', (statement, id, commercial, derivatives) => {
  expect(licenceOf(statement)).toEqual({ id, commercial, derivatives })
})

it.each([
  'https://a.org/imprint',
  'All rights reserved',
  'https://creativecommons.org/about/',
  'https://creativecommons.org/licenses/by-nd-sa/4.0/',
  'https://creativecommons.org/licenses/recombo/1.0/',
  'Summit of MIT scientists',
  'the account cc by mail',
  '',
])('%j names none', (statement) => expect(licenceOf(statement)).toBeUndefined())

it('finds the first URL of a licence in a text', () => {
  const text =
    'See creativecommons.org/about. Text: http://creativecommons.org/licenses/by-sa/3.0/, pictures: CC0.'
  expect(licenceUrlIn(text)).toMatchObject({
    licence: { id: 'CC-BY-SA-3.0' },
    url: 'https://creativecommons.org/licenses/by-sa/3.0',
  })
  expect(licenceUrlIn('nothing')).toBeUndefined()
})

it('takes time in line with length', () => {
  for (const piece of [
    'creativecommons.org/licenses/',
    'CC BY-',
    'Creative Commons Attribution ',
    'GPL ',
    'www.',
    'https://',
  ]) {
    const before = process.cpuUsage()
    const text = piece.repeat(Math.ceil((1 << 20) / piece.length))
    licenceUrlIn(text)
    licenceOf(text)
    expect(process.cpuUsage(before).user / 1e6, piece).toBeLessThan(4)
  }
})

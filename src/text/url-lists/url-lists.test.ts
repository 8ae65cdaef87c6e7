import { expect, it } from 'vitest'
import { UrlLists } from './url-lists.ts'

const lists = new UrlLists()
lists.add('adult', Buffer.from('bad.example\nsub.host.example\r\n'))
lists.add('pages', Buffer.from('good.example/bad/area\ngood.example/x?id=7\nwww.only.example/a'))
lists.add('blocker', Buffer.from('||ads.example^\n@@||fine.ads.example^\n'))

it.each([
  ['http://bad.example/', 'adult: bad.example', 'a domain'],
  ['https://www.a.bad.example/x', 'adult: bad.example', 'a host under it'],
  ['http://notbad.example/', '', 'another name with the same end'],
  ['http://host.example/', '', 'a host above a listed one'],
  ['http://sub.host.example./', 'adult: sub.host.example', 'the root dot'],
  ['http://good.example/', '', 'a page of a host with a listed page'],
  ['http://good.example/bad/area', 'pages: good.example/bad/area', 'a page'],
  ['http://www.good.example/bad/area/more', 'pages: good.example/bad/area', 'a page under it, and www'],
  ['http://good.example/bad/areas', '', 'another path with the same beginning'],
  ['http://good.example/x?id=7&b=1', 'pages: good.example/x?id=7', 'a query, with more behind'],
  ['http://good.example/x?id=77', '', 'another value'],
  ['http://ads.example/', 'blocker: ads.example', "an ad blocker's rule"],
  ['http://a.fine.ads.example/', '', 'its exception'],
])('%s meets %j: %s', (url, met) => {
  const hit = lists.find(new URL(url))
  expect(hit === undefined ? '' : `${hit.list}: ${hit.entry}`).toBe(met)
})

it('reads a list in pieces without cutting a line', () => {
  const lines = Array.from({ length: 60_000 }, (_, index) => `a-name-of-some-length-${index}.example`)
  const many = new UrlLists()
  many.add('many', Buffer.from(lines.join('\n')))
  expect(many.sizes).toEqual({ domains: 60_000, urls: 0 })
})

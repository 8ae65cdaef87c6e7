import { expect, it } from 'vitest'
import { listEntries } from './list-line.ts'

/** Entries in short: `host`, `=url`, `+allowed`. */
const short = (line: string): string =>
  listEntries(line)
    .map(
      (entry) =>
        ({ domain: '', url: '=', allow: '+' })[entry.kind] + ('url' in entry ? entry.url : entry.host),
    )
    .join(' ')

it.each([
  ['example.org', 'example.org', 'a plain domain'],
  ['  Example.ORG.  ', 'example.org', 'case, spaces and the root do not matter'],
  ['*.example.org', 'example.org', 'a star for what is under it'],
  ['.example.org', 'example.org', 'a dot for what is under it'],
  ['münchen.example', 'xn--mnchen-3ya.example', 'letters beyond ASCII'],
  ['192.0.2.7', '192.0.2.7', 'an address, as UT1 has them'],
  ['example.org/a/b/', '=example.org/a/b', "a line of UT1's urls"],
  ['https://example.org/a?b=c', '=example.org/a?b=c', 'a URL'],
  ['http://example.org/', 'example.org', 'a URL without a path'],
  ['0.0.0.0 ads.example.org', 'ads.example.org', 'a hosts file'],
  ['127.0.0.1\tx.example y.example # both', 'x.example y.example', 'several names and a comment'],
  [':: a.example', 'a.example', 'a hosts file for IPv6'],
  ['127.0.0.1 localhost', '', 'the machine itself'],
  ['||example.org^', 'example.org', 'an ad blocker'],
  ['||example.org^$all', 'example.org', 'an option for the whole page'],
  ['||example.org^$third-party', '', 'an option for parts of pages'],
  ['||example.org/ads/', '=example.org/ads', 'an ad blocker, with a path'],
  ['||example.org/*/x', '', 'a pattern'],
  ['@@||example.org^', '+example.org', 'an exception'],
  ['example.org##.banner', '', 'a rule that hides an element'],
  ['# a comment', '', 'a comment'],
  ['! a comment', '', 'a comment'],
  ['[Adblock Plus 2.0]', '', 'a title'],
  ['', '', 'nothing'],
  ['one two three', '', 'words'],
  ['word', '', 'no domain'],
  ['a..b', '', 'an empty label'],
])('%j gives %j: %s', (line, entries) => expect(short(line)).toBe(entries))

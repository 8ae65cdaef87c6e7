import { z } from 'zod'
import type { Meta } from '../../model/document.ts'
import { defineFilter } from '../../model/stage.ts'
import { isUnder } from '../../text/url.ts'
import { MEDIA_FILE_ENDINGS, MEDIA_HOSTS, REDDIT_HOSTS } from './media-hosts.ts'

const hosts = z.array(z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'expected a host such as example.org'))

/**
 * Drops links that lead to no page with text of its own: back to Reddit, to hosts of pictures, video and
 * sound, straight to a media file, or to no web address at all.
 */
export const linkTarget = defineFilter({
  name: 'link-target',
  revision: 1,
  description: 'Drops links that are no web address, lead back to Reddit, or lead to media instead of text.',
  options: z.strictObject({
    mediaHosts: hosts
      .default([...MEDIA_HOSTS])
      .describe(
        'Hosts of pictures, video and sound, in lower case, with all hosts under them; replaces the built-in list',
      ),
    alsoMediaHosts: hosts.default([]).describe('More hosts to hold for media hosts, beside `mediaHosts`'),
    notMediaHosts: hosts.default([]).describe('Hosts to take out of `mediaHosts`'),
  }),
  reasons: {},
  signals: {
    badUrl: '1 where the link is no http or https URL, else 0.',
    reddit: "1 where the link leads to one of Reddit's own hosts, else 0.",
    mediaHost: '1 where the link leads to a host of pictures, video or sound, else 0.',
    mediaFile: '1 where the path ends like a file of a picture, video or sound, else 0.',
  },
  measure: ({ mediaHosts, alsoMediaHosts, notMediaHosts }) => {
    const media = new Set([...mediaHosts, ...alsoMediaHosts])
    for (const host of notMediaHosts) media.delete(host)
    return (document) => targetSignals(document.meta, media)
  },
  rules: () => [
    rule('badUrl', 'bad-url', 'ours: there is nothing to fetch'),
    rule('reddit', 'reddit', 'Radford et al. 2019 (GPT-2), section 2.1: outbound links only'),
    rule('mediaHost', 'media-host', 'ours: hosts whose pages hold a picture, video or sound and little text'),
    rule('mediaFile', 'media-file', 'ours: file name endings of pictures, video and sound'),
  ],
})

function rule(signal: string, reason: string, source: string) {
  return { signal, keep: 'at-most', limit: 0, reason, source } as const
}

function targetSignals(meta: Meta, mediaHosts: ReadonlySet<string>) {
  const url = typeof meta['url'] === 'string' ? URL.parse(meta['url']) : null
  if (url === null) return { badUrl: 1, reddit: null, mediaHost: null, mediaFile: null }
  return {
    badUrl: 0,
    reddit: Number(isUnder(url.hostname, REDDIT_HOSTS)),
    mediaHost: Number(isUnder(url.hostname, mediaHosts)),
    mediaFile: Number(isMediaFile(url.pathname)),
  }
}

/** Whether a path names a media file. `File:Cat.jpg` does not: wikis name pages about files so. */
function isMediaFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (name.includes(':') || name.includes('%3A')) return false
  const dot = name.lastIndexOf('.')
  return dot > 0 && MEDIA_FILE_ENDINGS.has(name.slice(dot + 1).toLowerCase())
}

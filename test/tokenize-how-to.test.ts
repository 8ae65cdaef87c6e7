import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { Workplace } from './engine-run.ts'
import { tilth } from './tilth.ts'

const place = new Workplace()
afterAll(() => place.remove())

const page = readFileSync('docs/how-to/tokenize.md', 'utf8')
const lines = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, text = '']) =>
  text.trimEnd().split('\n'),
)

it('the commands of the page on tokens run as they stand there', () => {
  const texts = (JSON.parse(readFileSync('test/golden/tokens/texts.json', 'utf8')) as string[]).filter(
    (text) => text.isWellFormed(),
  )
  place.write('pages.jsonl', Buffer.from(texts.map((text, id) => JSON.stringify({ id, text })).join('\n')))
  const messages = [
    { role: 'user', content: 'Hello' },
    { role: 'assistant', content: 'Good day' },
  ]
  place.write('chats.jsonl', Buffer.from(JSON.stringify({ messages })))
  expect(lines).toHaveLength(10)
  for (const line of lines) {
    const [command, ...given] = line.split(' ').map((word) => word.replaceAll("'", ''))
    expect(command).toBe('tilth')
    // What is small needs no threads, whose start is most of the time.
    const threads = given[0] === 'tokenize' ? ['--workers', '1'] : []
    const ran = tilth(place.dir, ...given, ...threads)
    expect(ran.code, `${line}\n${ran.err}`).toBe(0)
  }
  const size = (path: string): number => readFileSync(join(place.dir, path)).length
  // Ids of 16 bits for both vocabularies; ours is smaller and needs more of them.
  expect(size('tokens/tokens-00000.bin')).toBe(size('megatron/tokens-00000.bin'))
  expect(size('own/tokens-00000.bin')).toBeGreaterThan(size('tokens/tokens-00000.bin'))
  // The answer and the token behind it.
  const { lossTokens } = JSON.parse(readFileSync(join(place.dir, 'chats/__about/tokens.json'), 'utf8')) as {
    lossTokens: number
  }
  expect(lossTokens).toBeGreaterThan(1)
  expect(size('chats/mask-00000.npy')).toBeLessThan(size('chats/tokens-00000.npy'))
  expect(readFileSync(join(place.dir, 'lines/tokens-00000.jsonl'), 'utf8').trim().split('\n')).toHaveLength(
    texts.length,
  )
})

// Ours in a fresh process, for the cost of a cold start: node bench/extract-once.js PAGES (lines of "id", "html_base64").
import { readFileSync } from 'node:fs'
import { extract } from '../dist/html/extract.js'

for (const line of readFileSync(process.argv[2], 'utf8').split('\n')) {
  if (line === '') continue
  const { id, html_base64 } = JSON.parse(line)
  const { text } = extract(Buffer.from(html_base64, 'base64'), { contentType: 'text/html; charset=utf-8' })
  process.stdout.write(`${JSON.stringify({ id, text: text.length })}\n`)
}

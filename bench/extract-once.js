// Ours in a fresh process, for the cost of a cold start: node bench/extract-once.js FOLDER, after npm run build.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { extract } from '../dist/html/extract.js'

const folder = process.argv[2]
const lengths = readdirSync(folder)
  .sort()
  .map((name) => {
    const page = readFileSync(join(folder, name))
    return extract(page, { contentType: 'text/html; charset=utf-8' }).text.length
  })
process.stdout.write(`${lengths.join('\n')}\n`)

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { referencePages } from './reference-pages.ts'

/** Writes `docs/reference/` from the schemas; with `--check`, says what is out of date instead. */
const check = process.argv.includes('--check')
mkdirSync('docs/reference', { recursive: true })
for (const [file, text] of Object.entries(await referencePages())) {
  const path = `docs/reference/${file}`
  if (!check) writeFileSync(path, text)
  else if (readFileSync(path, 'utf8') !== text) {
    process.stderr.write(`${path} is out of date: npm run docs\n`)
    process.exitCode = 1
  }
}

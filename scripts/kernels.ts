import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { main } from 'assemblyscript/asc'

/**
 * Compiles each file of `src/kernels/assembly`, with what it imports, to WebAssembly and writes it to `src/kernels/binary` as TypeScript, so
 * that it is imported like any other code. Run by `npm ci` and before every build; the output is not in git.
 */
const SOURCE = 'src/kernels/assembly'
const TARGET = 'src/kernels/binary'
const OPTIONS = ['--optimizeLevel', '3', '--noAssert', '--runtime', 'stub', '--enable', 'simd']

mkdirSync(TARGET, { recursive: true })
for (const file of readdirSync(SOURCE).filter((name) => name.endsWith('.ts'))) {
  const outFile = 'module.wasm'
  let binary: Uint8Array | undefined
  const { error, stderr } = await main([join(SOURCE, file), '--outFile', outFile, ...OPTIONS], {
    writeFile: (name, content) => {
      if (name === outFile) binary = content as Uint8Array
    },
  })
  if (error !== null || binary === undefined) throw new Error(`${file}: ${stderr.toString()}`)
  const name = basename(file, '.ts')
  const base64 = Buffer.from(binary).toString('base64')
  writeFileSync(
    join(TARGET, file),
    `// Made by scripts/kernels.ts of assembly/${file}.\nexport const ${name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}Binary =\n  '${base64}'\n`,
  )
}

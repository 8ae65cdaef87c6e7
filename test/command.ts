import { Command } from 'commander'
import { vi } from 'vitest'

/** What a command printed. */
export interface Output {
  readonly out: string
  readonly error: unknown
}

/** Runs registered commands in this process, with a store and captured standard output. */
export async function runCommand(
  registers: readonly ((program: Command) => void)[],
  store: string,
  ...args: readonly string[]
): Promise<Output> {
  const program = new Command('tilth').option('--store <dir>', '', '.tilth').exitOverride()
  for (const register of registers) register(program)
  for (const each of program.commands) each.exitOverride().configureOutput({ writeErr: () => undefined })
  let out = ''
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    out += String(chunk)
    return true
  })
  try {
    await program.parseAsync(['node', 'tilth', '--store', store, ...args])
    return { out, error: undefined }
  } catch (error) {
    return { out, error }
  } finally {
    spy.mockRestore()
  }
}

import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A long-lived Python process that does a pass for each line it is sent, and answers with a line of JSON. */
export class Peer {
  readonly version: string
  readonly #child: ChildProcess
  readonly #nextLine: () => Promise<string>

  private constructor(child: ChildProcess, nextLine: () => Promise<string>, version: string) {
    this.#child = child
    this.#nextLine = nextLine
    this.version = version
  }

  /** @throws Error with what the process last said, when it cannot start. */
  static async start(python: string, args: readonly string[]): Promise<Peer> {
    const child = spawn(python, args, { stdio: ['pipe', 'pipe', 'pipe'] })
    let complaint = ''
    child.stderr.on('data', (data: Buffer) => {
      complaint = (complaint + data.toString()).slice(-2000)
    })
    child.stdin.on('error', () => undefined)
    const ended = new Promise<void>((done) => {
      child.on('error', (error) => {
        complaint = error.message
        done()
      })
      child.on('close', () => done())
    })
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
    const nextLine = async (): Promise<string> => {
      const line = await lines.next()
      if (!line.done) return line.value
      await ended
      throw new Error(`${args.join(' ')}: ${complaint.trim().split('\n').at(-1)}`)
    }
    const { ready } = JSON.parse(await nextLine()) as { ready: string }
    return new Peer(child, nextLine, ready)
  }

  async pass(): Promise<unknown> {
    this.#child.stdin?.write('\n')
    return JSON.parse(await this.#nextLine())
  }

  close(): void {
    this.#child.stdin?.end()
  }
}

import { once } from 'node:events'
import { createServer } from 'node:net'
import { TilthError } from '../../../model/error.ts'

export const LOOPBACK = '127.0.0.1'

/** A port of loopback that nobody listens on now. */
export async function freePort(): Promise<number> {
  return await listened(0)
}

/** @throws TilthError `busy` when somebody listens on the port. */
export async function checkFree(port: number): Promise<void> {
  try {
    await listened(port)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error
    const why = code === 'EACCES' ? 'may not be used by this user' : 'is in use by another program'
    throw new TilthError('busy', `port ${port} of ${LOOPBACK} ${why}`, {
      hint: 'choose another: --port PORT',
    })
  }
}

async function listened(port: number): Promise<number> {
  const server = createServer().listen(port, LOOPBACK)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : port
}

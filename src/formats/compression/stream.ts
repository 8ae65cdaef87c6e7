import { pipeline } from 'node:stream/promises'
import { constants, createGunzip, createZstdDecompress } from 'node:zlib'
import { Damage } from '../source/byte-window.ts'
import { magicOf } from './magic.ts'

/**
 * The bytes of a stream without their compression, told by its first bytes: gzip, zstd, or none. For streams that
 * cannot be read twice; files are read by `decompressed`, which knows more about damage.
 *
 * @throws Damage `cut-gzip`, `bad-gzip`, `cut-zstd` or `bad-zstd`, behind what decodes before it.
 */
export async function* unpackedStream(
  chunks: AsyncIterable<Uint8Array>,
  maxWindowBytes: number,
): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]()
  let head = new Uint8Array(0)
  let isEnded = false
  while (head.length < HEAD_BYTES && !isEnded) {
    const step = await iterator.next()
    if (step.done === true) isEnded = true
    else head = Buffer.concat([head, step.value])
  }
  async function* rest(): AsyncGenerator<Uint8Array> {
    yield head
    if (!isEnded) yield* { [Symbol.asyncIterator]: () => iterator }
  }
  const compression = magicOf(head)
  if (compression === 'gzip') yield* decoded(rest(), 'gzip', createGunzip())
  else if (compression === 'zstd') {
    const params = { [constants.ZSTD_d_windowLogMax]: Math.floor(Math.log2(maxWindowBytes)) }
    yield* decoded(rest(), 'zstd', createZstdDecompress({ params }))
  } else yield* rest()
}

/** As many as tell one compression from another. */
const HEAD_BYTES = 8

async function* decoded(
  chunks: AsyncIterable<Uint8Array>,
  name: 'gzip' | 'zstd',
  decoder: NodeJS.ReadWriteStream,
): AsyncGenerator<Uint8Array> {
  const feeding = pipeline(chunks, decoder)
  try {
    for await (const chunk of decoder) yield Buffer.from(chunk)
    await feeding
  } catch (error) {
    feeding.catch(() => undefined)
    const { code = '' } = error as NodeJS.ErrnoException
    if (!/^(?:Z_|ZSTD_|ERR_)/.test(code)) throw error
    const isCut = code === 'Z_BUF_ERROR'
    throw new Damage(`${isCut ? 'cut' : 'bad'}-${name}`, (error as Error).message)
  }
}

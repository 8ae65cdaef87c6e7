import { type ErrorCode, TilthError } from '../model/error.ts'

/** An error as it crosses from a thread: a class of its own would not, nor would a code. */
export interface ThreadError {
  readonly name: string
  readonly message: string
  readonly stack: string
  readonly code?: ErrorCode
  readonly hint?: string
  readonly errno?: string
}

export function threadError(error: unknown): ThreadError {
  const { name, message, stack = '' } = error instanceof Error ? error : new Error(String(error))
  if (error instanceof TilthError) {
    return {
      name,
      message,
      stack,
      code: error.code,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    }
  }
  const errno = (error as { code?: unknown }).code
  return { name, message, stack, ...(typeof errno === 'string' ? { errno } : {}) }
}

/** The error that it was, for who asked. */
export function rebuiltError(error: ThreadError): Error {
  if (error.code !== undefined) {
    return new TilthError(error.code, error.message, error.hint === undefined ? {} : { hint: error.hint })
  }
  const plain: NodeJS.ErrnoException = new Error(error.message)
  if (error.errno !== undefined) plain.code = error.errno
  plain.name = error.name
  plain.stack = error.stack
  return plain
}

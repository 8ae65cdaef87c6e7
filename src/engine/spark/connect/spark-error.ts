import { Code, ConnectError } from '@connectrpc/connect'
import { TilthError } from '../../../model/error.ts'
import { type FetchErrorDetailsResponse } from './gen/base_pb.ts'
import { ErrorInfoSchema } from './gen/error_details_pb.ts'

/** What a Spark server reports of a failure, or that it cannot be reached. */
export class SparkError extends TilthError {
  /** Spark's name of the error, such as `TABLE_OR_VIEW_NOT_FOUND`, where it has one. */
  readonly errorClass: string | undefined
  /** Five characters of the SQL standard, where Spark gives them. */
  readonly sqlState: string | undefined

  constructor(
    message: string,
    options: {
      errorClass?: string | undefined
      sqlState?: string | undefined
      hint?: string
      cause?: unknown
    },
  ) {
    const { hint, cause } = options
    super('spark', message, { ...(hint === undefined ? {} : { hint }), cause })
    this.errorClass = options.errorClass
    this.sqlState = options.sqlState
  }
}

/** Characters of a message at most: a trace of Python fits, a trace of the JVM does not. */
const MAX_LENGTH = 2_000

/** What a failed call says of itself by its status alone. */
export interface ErrorFacts {
  readonly errorClass: string | undefined
  readonly sqlState: string | undefined
  /** Asks the server for the whole error. */
  readonly errorId: string | undefined
}

export function factsOf(error: ConnectError): ErrorFacts {
  const metadata = error.findDetails(ErrorInfoSchema)[0]?.metadata ?? {}
  return {
    errorClass: metadata['errorClass'] ?? /\[([A-Z][A-Z_\d]*(?:\.[A-Z_\d]+)?)\]/.exec(error.rawMessage)?.[1],
    sqlState: metadata['sqlState'] ?? /SQLSTATE: ([\dA-Z]{5})/.exec(error.rawMessage)?.[1],
    errorId: metadata['errorId'],
  }
}

/**
 * The error of a call, for people. `server` is `sc://HOST:PORT`; `details` is what {@link ErrorFacts.errorId} gave.
 *
 * An error that is not of gRPC is given back as it is.
 */
export function explainSparkError(
  error: unknown,
  server: string,
  details?: FetchErrorDetailsResponse,
): unknown {
  if (!(error instanceof ConnectError)) return error
  const facts = factsOf(error)
  const root = details?.rootErrorIdx === undefined ? undefined : details.errors[details.rootErrorIdx]
  const errorClass = root?.sparkThrowable?.errorClass ?? facts.errorClass
  const sqlState = root?.sparkThrowable?.sqlState ?? facts.sqlState
  const whole = [root?.message ?? error.rawMessage, ...causesOf(details)].join('\ncaused by: ')
  const text = shortened(whole)
  const names = [
    ...(errorClass === undefined || text.includes(errorClass) ? [] : [errorClass]),
    ...(sqlState === undefined || text.includes(sqlState) ? [] : [`SQLSTATE ${sqlState}`]),
  ]
  const hint = hintOf(error.code, errorClass)
  return new SparkError(
    `${server}: ${statusName(error.code)}${text}${names.length === 0 ? '' : ` (${names.join(', ')})`}`,
    { errorClass, sqlState, ...(hint === undefined ? {} : { hint }), cause: error },
  )
}

/** Messages of the causes below the root that add something. */
function causesOf(details: FetchErrorDetailsResponse | undefined): readonly string[] {
  if (details?.rootErrorIdx === undefined) return []
  const messages: string[] = []
  let at = details.errors[details.rootErrorIdx]
  const first = at?.message ?? ''
  for (let depth = 0; at?.causeIdx !== undefined && depth < 10; depth++) {
    at = details.errors[at.causeIdx]
    if (at === undefined) break
    const { message } = at
    if (!first.includes(message) && !messages.some((each) => each.includes(message))) messages.push(message)
  }
  return messages
}

/** A frame of the JVM, a heading of such frames, or a line of an analysed plan. */
const NOISE =
  /^\s*(at [\w.$/<>]+\(|Driver stacktrace:|JVM stacktrace:|\.\.\. \d+ more|'[A-Z]\w* |[: ]*[+:]- )/

/** Without traces of the JVM, and cut in its middle: the end of a trace of Python says what was raised. */
export function shortened(text: string): string {
  const lines = text.split('\n').filter((line) => !NOISE.test(line))
  const whole = lines
    .join('\n')
    .replaceAll(/\n{2,}/g, '\n')
    .trim()
  if (whole.length <= MAX_LENGTH) return whole
  const tail = Math.floor(MAX_LENGTH / 2)
  const cut = whole.length - MAX_LENGTH
  return `${whole.slice(0, MAX_LENGTH - tail)} [... ${cut} characters left out ...] ${whole.slice(-tail)}`
}

function statusName(code: Code): string {
  switch (code) {
    case Code.Unavailable:
      return 'the server cannot be reached: '
    case Code.Unauthenticated:
      return 'the server wants other credentials: '
    case Code.PermissionDenied:
      return 'the server does not permit this: '
    case Code.DeadlineExceeded:
      return 'the server did not answer in time: '
    default:
      return ''
  }
}

function hintOf(code: Code, errorClass: string | undefined): string | undefined {
  if (
    errorClass?.startsWith('INVALID_HANDLE.SESSION') === true ||
    errorClass?.startsWith('INVALID_HANDLE.OPERATION') === true
  )
    return 'the Spark server was restarted or has ended this session: run the command again, it goes on from finished steps'
  switch (code) {
    case Code.Unavailable:
      return 'is a Spark Connect server running there? `tilth spark start` starts one on this machine'
    case Code.Unauthenticated:
      return 'give a token: sc://HOST:PORT/;token=TOKEN'
    default:
      return undefined
  }
}

import { userInfo } from 'node:os'
import { TilthError } from '../../../model/error.ts'

/** Where a Spark Connect server listens, and how it is spoken to. Hold it back from logs: it may have a token. */
export interface SparkEndpoint {
  readonly host: string
  readonly port: number
  readonly isSecure: boolean
  /** Sent as a bearer token with every call. */
  readonly token: string | undefined
  readonly userId: string
  readonly userAgent: string
  /** Further headers of every call, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>
}

const DEFAULT_PORT = 15002
const EXAMPLE = 'expected sc://HOST:PORT/;token=TOKEN;use_ssl=true'

/**
 * Reads `sc://HOST[:PORT][/;NAME=VALUE;...]`.
 *
 * Known names are `token`, `use_ssl`, `user_id` and `user_agent`; any other is a header of every call. A token turns TLS on. It is sent in
 * the clear only to this machine, and only when `use_ssl=false` says so.
 *
 * @throws TilthError `usage`; its message never holds a value of a parameter.
 * @see https://spark.apache.org/docs/latest/spark-connect-overview.html, "client connection string".
 */
export function parseEndpoint(text: string): SparkEndpoint {
  const match = /^sc:\/\/(\[[\da-f:.]+\]|[^\s/;:?#@]+)(?::(\d+))?(?:\/(?:;(.*))?)?$/i.exec(text)
  // The text is not repeated: what follows the host may be a token.
  if (match?.[1] === undefined) throw new TilthError('usage', `not an endpoint of Spark Connect: ${EXAMPLE}`)
  const port = match[2] === undefined ? DEFAULT_PORT : Number(match[2])
  if (port < 1 || port > 65_535)
    throw new TilthError('usage', `sc://${match[1]}:${match[2]}: expected a port from 1 to 65535`)
  const host = match[1].replace(/^\[(.*)\]$/, '$1')
  const { token, use_ssl, user_id, user_agent, ...headers } = parametersOf(match[3] ?? '', `sc://${match[1]}`)
  const isSecure =
    use_ssl === undefined ? token !== undefined : booleanOf(use_ssl, `sc://${match[1]}: use_ssl`)
  if (token !== undefined && !isSecure && !isLoopback(host)) {
    throw new TilthError('usage', `sc://${match[1]}: a token would be sent without TLS`, {
      hint: 'leave use_ssl=false out',
    })
  }
  const product = user_agent === undefined ? 'tilth' : `${user_agent} tilth`
  return {
    host,
    port,
    isSecure,
    token,
    userId: user_id ?? userInfo().username,
    userAgent: product,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
  }
}

/** `sc://HOST:PORT` of an endpoint, without its parameters: what messages may show. */
export function nameOf(endpoint: Pick<SparkEndpoint, 'host' | 'port'>): string {
  return `sc://${endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host}:${endpoint.port}`
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

function parametersOf(text: string, where: string): Record<string, string> {
  const parameters: Record<string, string> = {}
  for (const part of text.split(';').filter((each) => each !== '')) {
    const at = part.indexOf('=')
    const name = decoded(at < 0 ? part : part.slice(0, at), where)
    const value = decoded(at < 0 ? '' : part.slice(at + 1), where)
    if (at < 0 || value === '' || !/^[\w.-]+$/.test(name) || /[\r\n\0]/.test(value)) {
      throw new TilthError(
        'usage',
        `${where}: a parameter is not of the form NAME=VALUE: expected /;token=TOKEN;use_ssl=true`,
      )
    }
    if (Object.hasOwn(parameters, name))
      throw new TilthError('usage', `${where}: the parameter ${name} is given twice`)
    parameters[name] = value
  }
  return parameters
}

function decoded(text: string, where: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new TilthError('usage', `${where}: a parameter has a percent sign that begins no escape`, {
      hint: 'write % as %25',
    })
  }
}

function booleanOf(text: string, where: string): boolean {
  if (!/^(true|false)$/i.test(text)) throw new TilthError('usage', `${where}: expected true or false`)
  return text.toLowerCase() === 'true'
}

import { describe, expect, it } from 'vitest'
import { nameOf, parseEndpoint } from './endpoint.ts'

describe('an endpoint', () => {
  it.each([
    ['sc://127.0.0.1', { host: '127.0.0.1', port: 15002, isSecure: false, token: undefined }],
    ['sc://spark.example:443/;use_ssl=true', { host: 'spark.example', port: 443, isSecure: true }],
    ['sc://h/;token=a%3Bb%3D', { token: 'a;b=', isSecure: true }],
    ['sc://[::1]:15003/', { host: '::1', port: 15003 }],
    ['sc://localhost/;token=t;use_ssl=false', { token: 't', isSecure: false }],
    ['sc://h/;user_id=ann;user_agent=job', { userId: 'ann', userAgent: 'job tilth' }],
    ['sc://h/;X-Cluster=c1;use_ssl=TRUE', { headers: { 'x-cluster': 'c1' }, isSecure: true }],
  ])('%s', (text, expected) => expect(parseEndpoint(text)).toMatchObject(expected))

  it.each([
    ['spark://h:7077', /expected sc:\/\/HOST:PORT/, 'the master of a cluster is no Connect server'],
    ['sc://', /not an endpoint/, 'no host'],
    ['sc://h:0', /a port from 1 to 65535/, 'no port'],
    ['sc://h:99999', /a port from 1 to 65535/, 'no port'],
    ['sc://h/path', /not an endpoint/, 'a path'],
    ['sc://user@h', /not an endpoint/, 'a user before the host'],
    ['sc://h/;token', /NAME=VALUE/, 'a name alone'],
    ['sc://h/;token=', /NAME=VALUE/, 'an empty value'],
    ['sc://h/;a=1;a=2', /given twice/, 'two values'],
    ['sc://h/;use_ssl=yes', /true or false/, 'not a truth value'],
    ['sc://h/;x=%zz', /percent sign/, 'a broken escape'],
    ['sc://h/;x=a%0d%0ab', /NAME=VALUE/, 'a header that would end'],
    ['sc://spark.example/;token=t;use_ssl=false', /without TLS/, 'a token in the clear'],
  ])('%s is refused: %s', (text, message) => expect(() => parseEndpoint(text)).toThrow(message))

  it('never shows a parameter in a message or a name', () => {
    const texts = [
      'sc://h:x/;token=s3cret',
      'sc://h/;token=s3cret;use_ssl=maybe',
      'sc://h.x/;use_ssl=false;token=s3cret',
    ]
    for (const text of texts) {
      expect(() => parseEndpoint(text)).toThrow()
      try {
        parseEndpoint(text)
      } catch (error) {
        expect(String(error)).not.toContain('s3cret')
      }
    }
    expect(nameOf(parseEndpoint('sc://[::1]/;token=s3cret'))).toBe('sc://[::1]:15002')
  })
})

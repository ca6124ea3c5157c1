import fc from 'fast-check'
import { hostileText } from './hostile.ts'

/** What a header can hold at all: other characters never leave a client. */
export const printable = (text: string): string => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '?')

const headerNames = [
  'authorization', 'x-session', 'cookie', 'x-order-token', 'if-match', 'if-none-match', 'idempotency-key', 'traceparent', 'tracestate',
  'x-request-id', 'accept', 'accept-encoding', 'accept-language', 'origin', 'x-forwarded-for', 'x-forwarded-proto', 'x-user-id', 'range',
  'user-agent', 'x-http-method-override',
] as const
const headerValues = [
  'Bearer x.y.z', 'Bearer', 'Basic YTpi', `Bearer ${'a'.repeat(9000)}`, 'Bearer eyJhbGciOiJub25lIn0.e30.', `session=${'x'.repeat(300)}`,
  'session=abcdefghijklmnopqrstuv', 'W/"', '"a", W/"b"', '*', '00-00000000000000000000000000000000-0000000000000000-00',
  'gzip;q=abc, br;q=', 'bytes=0-1', 'null', '::1, 10.0.0.1', 'x'.repeat(20_000),
] as const
/** One header that is not what it should be. */
export const strangeHeaders: fc.Arbitrary<Record<string, string>> = fc.tuple(
  fc.constantFrom(...headerNames), fc.oneof(hostileText, fc.constantFrom(...headerValues)),
).map(([name, value]) => ({ [name]: printable(value) }))

/** Content types beside the one that is wanted. */
export const strangeTypes: fc.Arbitrary<Record<string, string>> = fc.constantFrom<Record<string, string>>(
  {}, { 'content-type': 'text/plain' }, { 'content-type': '' }, { 'content-type': 'application/json; charset=latin1' },
  { 'content-type': 'multipart/form-data; boundary=x' }, { 'content-type': 'application/x-www-form-urlencoded' },
  { 'content-type': 'application/json;'.repeat(200) }, { 'content-encoding': 'gzip' },
)

/** Paths that try to be another than they look. */
export const tricks: fc.Arbitrary<(target: string) => string> = fc.constantFrom<(target: string) => string>(
  (target) => `${target}/`, (target) => `/${target}`, (target) => `${target}%00`, (target) => `${target}%ff`, (target) => `${target}%`,
  (target) => target.replace(/\/[^/]*$/, '/%2e%2e$&'), (target) => target.replace(/\/[^/]*$/, '/..%2f$&'),
  (target) => target.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`), (target) => target.toUpperCase(),
  (target) => `${target};a=b`, (target) => `${target}\\x`, (target) => `${target}#x`, (target) => `http://other.example${target}`,
  (target) => `${target}${'/a'.repeat(500)}`,
)

export type Pairs = [string, string][]
const strangeNames = ['limit', 'cursor', 'sort', '__proto__', 'constructor', 'x', '', '%ff'] as const
const strangeValues = ['-1', '0', '1e9', '101', 'abc', '%', '%ff', 'true', 'TRUE', '20'] as const
/** Query parameters with nothing right about them but, at times, their name. */
export const strangePairs = (names: readonly string[]): fc.Arbitrary<Pairs> => {
  const name = names.length === 0 ? fc.constantFrom<string>(...strangeNames) : fc.oneof(fc.constantFrom<string>(...strangeNames), fc.constantFrom(...names))
  return fc.array(fc.tuple(name, fc.oneof(hostileText, fc.constantFrom(...strangeValues))), { minLength: 1, maxLength: 3 })
}

export const encode = (text: string): string => encodeURIComponent(text.toWellFormed())
const isBroken = (text: string) => text === '%' || text === '%ff'
const escaped = (text: string) => (isBroken(text) ? text : encode(text))
export const written = (pairs: Pairs): string =>
  pairs.length === 0 ? '' : `?${pairs.map(([name, value]) => `${escaped(name)}=${escaped(value)}`).join('&')}`

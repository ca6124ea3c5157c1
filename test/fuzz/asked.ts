import fc from 'fast-check'
import type { Plan } from '../../src/http/plan.ts'
import { csv } from './csv.ts'
import type { Schema } from './fits.ts'
import { changed, changes, hostileText, spoiled } from './hostile.ts'
import type { Peopled } from './people.ts'
import type { Wire } from './send.ts'
import { type Known, valid } from './valid.ts'

/** A request to an operation, and how far it was led astray. */
export interface Asked extends Wire { by: string; /** The headers that say who asks. */ as: Readonly<Record<string, string>>; /** Its path may be another operation's, or nobody's. */ astray: boolean }

type Pairs = [string, string][]
const encode = (text: string): string => encodeURIComponent(text.toWellFormed())
const printable = (text: string): string => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '?')
const often = <T>(usual: fc.Arbitrary<T>, weight: number, strange: fc.Arbitrary<T>): fc.Arbitrary<T> => fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: strange })
const from = (list: readonly unknown[] | undefined): fc.Arbitrary<unknown> | null => (list === undefined || list.length === 0 ? null : fc.constantFrom(...list))

/** Requests to this operation: half of them as its contract asks, the others with something wrong. */
export const askedOf = (plan: Plan, { people, real }: Peopled): fc.Arbitrary<Asked> => {
  const known: Known = (field) => from(real[field])
  const fields: Record<string, Schema> = plan.operation.takes.properties
  const required = new Set<string>(plan.operation.takes.required ?? [])
  const kind = plan.method === 'DELETE' ? 'deleted ' : plan.method === 'GET' || plan.method === 'POST' ? '' : 'changed '
  /** Real ones are taken at one index for all holes, so that a variant is its product's. */
  const hole = (name: string): fc.Arbitrary<(index: number) => string> => {
    const before = plan.template.slice(0, plan.template.indexOf(`/{${name}}`)).match(/\/[^/{}]+$/)?.[0] ?? ''
    const found = real[kind + before] ?? real[before] ?? []
    const strange = fc.oneof(fc.uuid(), hostileText)
    const usual = found.length === 0 ? strange.map((text) => () => text) : fc.constant((index: number) => String(found[index % found.length]))
    return often(usual, 3, strange.map((text) => () => text))
  }
  const path = fc.tuple(fc.nat(1000), ...plan.holes.map(({ wire }) => hole(wire))).map(([index, ...values]) =>
    plan.holes.reduce((target, { wire }, at) => target.replace(`{${wire}}`, () => encode(values[at]?.(index) ?? '') || '%20'), plan.template))
  const trick = fc.constantFrom<(target: string) => string>(
    (target) => `${target}/`, (target) => `/${target}`, (target) => target.replace(/\/[^/]*$/, '/%2e%2e$&'), (target) => target.replace(/\/[^/]*$/, '/..%2f$&'), (target) => `${target}%00`, (target) => `${target}%ff`, (target) => `${target}%`,
    (target) => `${target};a=b`, (target) => target.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`), (target) => target.toUpperCase(), (target) => `${target}\\x`, (target) => `${target}#x`, (target) => `http://other.example${target}`, (target) => `${target}${'/a'.repeat(500)}`,
  )

  const query: fc.Arbitrary<string> = plan.query.size === 0
    ? often<Pairs>(fc.constant([]), 9, strangePairs([])).map(written)
    : often<Pairs>(
      fc.tuple(...[...plan.query.keys()].map((name) => {
        const of = fields[name] ?? {}
        const item: Schema = of['type'] === 'array' ? of['items'] : of
        const made = often(from(real[name]) ?? valid(item, known), 2, valid(item, known)).map((value): [string, string] => [name, String(value)])
        return fc.array(made, { minLength: required.has(name) ? 1 : 0, maxLength: of['type'] === 'array' ? 2 : 1 })
      })).chain((all) => fc.subarray(all).map((some): Pairs => some.flat())),
      1, strangePairs([...plan.query.keys()]),
    ).map(written)

  const json = (): fc.Arbitrary<Buffer | null> => {
    const elsewhere = new Set(plan.elsewhere.map(({ field }) => field))
    const own = Object.fromEntries(Object.entries(fields).filter(([name]) => !elsewhere.has(name)))
    const value = valid({ type: 'object', properties: own, required: [...required].filter((name) => !elsewhere.has(name)) }, known)
    const text = value.map((body) => JSON.stringify(body))
    return fc.oneof<fc.WeightedArbitrary<Buffer | null>[]>(
      { weight: 6, arbitrary: text.map((one) => Buffer.from(one)) },
      { weight: 6, arbitrary: fc.tuple(value, changes).map(([body, list]) => Buffer.from(JSON.stringify(changed(body, list)) ?? '')) },
      { weight: 1, arbitrary: fc.tuple(text, spoiled).map(([one, spoil]) => spoil(one)) },
      { weight: 1, arbitrary: fc.constant(null) },
    )
  }
  const body: fc.Arbitrary<Buffer | null> = plan.body === 'fields' ? json()
    : plan.body === 'stream' ? csv
      : plan.body === 'raw' ? fc.oneof(fc.json().map((text) => Buffer.from(text)), fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)))
        : often<Buffer | null>(fc.constant(null), 30, fc.constant(Buffer.from('{}')))
  const type = often<Record<string, string>>(fc.constant({ 'content-type': plan.bodyType }), 20, fc.constantFrom<Record<string, string>>(
    {}, { 'content-type': 'text/plain' }, { 'content-type': '' }, { 'content-type': 'application/json; charset=latin1' }, { 'content-type': 'multipart/form-data; boundary=x' }, { 'content-type': 'application/x-www-form-urlencoded' }, { 'content-type': 'application/json;'.repeat(200) }, { 'content-encoding': 'gzip', 'content-type': plan.bodyType },
  ))
  const key = plan.operation.keyed === undefined ? fc.constant<Record<string, string>>({}) : often(fc.uuid(), 6, fc.constantFrom('k', '', 'é', 'x'.repeat(255), 'x'.repeat(256))).map((value): Record<string, string> => ({ 'idempotency-key': value }))
  const own = fc.tuple(...plan.headers.map(({ field, wire }) => often<string | null>(
    (from(real[field]) ?? fc.string({ maxLength: 20 })).map((value) => printable(String(value))), 1, fc.constant(null)).map((value): Record<string, string> => (value === null ? {} : { [wire.toLowerCase()]: value }))))
  const headers = fc.tuple(type, key, own, often<Record<string, string>>(fc.constant({}), 8, strangeHeaders)).map(([one, two, three, four]) => Object.assign({}, one, two, ...three, four))

  return fc.record({
    person: often(fc.constantFrom(...people.filter(({ may }) => may(plan.operation.access))), 3, fc.constantFrom(...people)),
    path, query, body, headers, tricked: often<((target: string) => string) | null>(fc.constant(null), 40, trick),
  }).map(({ person, path: target, query: asked, body: bytes, headers: more, tricked }): Asked => ({
    by: person.name, as: person.headers, method: plan.method, astray: tricked !== null,
    target: (tricked === null ? target : tricked(target)) + asked, headers: { ...(bytes === null ? omit(more, 'content-type') : more), ...person.headers, ...more['authorization'] === undefined ? {} : { authorization: more['authorization'] } }, body: bytes,
  }))
}

const omit = (headers: Record<string, string>, name: string): Record<string, string> => Object.fromEntries(Object.entries(headers).filter(([one]) => one !== name))
const written = (pairs: Pairs): string => (pairs.length === 0 ? '' : `?${pairs.map(([name, value]) => `${name.startsWith('%') ? name : encode(name)}=${value === '%' || value === '%ff' ? value : encode(value)}`).join('&')}`)
const strangePairs = (names: readonly string[]): fc.Arbitrary<Pairs> =>
  fc.array(fc.tuple(fc.oneof(fc.constantFrom('limit', 'cursor', 'sort', '__proto__', 'constructor', 'x', '', '%ff', ...names), ...(names.length > 0 ? [fc.constantFrom(...names)] : [])), fc.oneof(hostileText, fc.constantFrom('-1', '0', '1e9', '101', 'abc', '%', '%ff', 'true', 'TRUE', '20'))), { minLength: 1, maxLength: 3 })
const strangeHeaders: fc.Arbitrary<Record<string, string>> = fc.tuple(
  fc.constantFrom('authorization', 'x-session', 'cookie', 'x-order-token', 'if-match', 'if-none-match', 'idempotency-key', 'traceparent', 'tracestate', 'x-request-id', 'accept', 'accept-encoding', 'accept-language', 'origin', 'x-forwarded-for', 'x-forwarded-proto', 'x-user-id', 'range', 'user-agent', 'x-http-method-override'),
  fc.oneof(
    hostileText, fc.constantFrom('Bearer x.y.z', 'Bearer', 'Basic YTpi', `Bearer ${'a'.repeat(9000)}`, 'Bearer eyJhbGciOiJub25lIn0.e30.', `session=${'x'.repeat(300)}`, 'session=abcdefghijklmnopqrstuv', 'W/"', '"a", W/"b"', '*', '00-00000000000000000000000000000000-0000000000000000-00', 'gzip;q=abc, br;q=', 'bytes=0-1', 'null', '::1, 10.0.0.1', 'x'.repeat(20_000)),
  ).map(printable),
).map(([name, value]) => ({ [name]: value }))

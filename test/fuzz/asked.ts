import fc from 'fast-check'
import type { Plan } from '../../src/http/plan.ts'
import { csv } from './csv.ts'
import type { Schema } from './fits.ts'
import { changed, changes, hostileText, spoiled } from './hostile.ts'
import type { Peopled } from './people.ts'
import type { Wire } from './send.ts'
import { type Pairs, encode, printable, strangeHeaders, strangePairs, strangeTypes, tricks, written } from './strange.ts'
import { type Known, valid } from './valid.ts'

export interface Asked extends Wire {
  by: string
  /** The headers that say who asks. */
  as: Readonly<Record<string, string>>
  /** Its path may be another operation's, or nobody's. */
  astray: boolean
}

type Headers = Record<string, string>
const often = <T>(usual: fc.Arbitrary<T>, weight: number, strange: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: strange })
const from = (list: readonly unknown[] | undefined): fc.Arbitrary<unknown> | null => (list === undefined || list.length === 0 ? null : fc.constantFrom(...list))

/** Requests to this operation: half of them as its contract asks, the others with something wrong. */
export const askedOf = (plan: Plan, peopled: Peopled): fc.Arbitrary<Asked> => {
  const { access } = plan.operation
  return fc.record({
    person: often(fc.constantFrom(...peopled.people.filter(({ may }) => may(access))), 3, fc.constantFrom(...peopled.people)),
    path: pathOf(plan, peopled.real), query: queryOf(plan, peopled.real), body: bodyOf(plan, peopled.real), headers: headersOf(plan, peopled.real),
    trick: often<((target: string) => string) | null>(fc.constant(null), 40, tricks),
  }).map(({ person, path, query, body, headers: { 'content-type': type, ...headers }, trick }): Asked => ({
    by: person.name, as: person.headers, method: plan.method, astray: trick !== null,
    target: (trick === null ? path : trick(path)) + query, body,
    headers: { ...person.headers, ...headers, ...(body === null || type === undefined ? {} : { 'content-type': type }) },
  }))
}

/** Real ones are taken at one index for all holes, so that a variant is its product's. */
const pathOf = (plan: Plan, real: Peopled['real']): fc.Arbitrary<string> => {
  const kind = plan.method === 'DELETE' ? 'deleted ' : plan.method === 'GET' || plan.method === 'POST' ? '' : 'changed '
  const strange = fc.oneof(fc.uuid(), hostileText).map((text) => () => text)
  const hole = (name: string): fc.Arbitrary<(index: number) => string> => {
    const before = plan.template.slice(0, plan.template.indexOf(`/{${name}}`)).match(/\/[^/{}]+$/)?.[0] ?? ''
    const found = real[kind + before] ?? real[before] ?? []
    return found.length === 0 ? strange : often(fc.constant((index: number) => String(found[index % found.length])), 3, strange)
  }
  return fc.tuple(fc.nat(1000), ...plan.holes.map(({ wire }) => hole(wire))).map(([index, ...values]) =>
    plan.holes.reduce((target, { wire }, at) => target.replace(`{${wire}}`, () => encode(values[at]?.(index) ?? '') || '%20'), plan.template))
}

const queryOf = (plan: Plan, real: Peopled['real']): fc.Arbitrary<string> => {
  const fields: Record<string, Schema> = plan.operation.takes.properties
  const names = [...plan.query.keys()]
  if (names.length === 0) return often<Pairs>(fc.constant([]), 9, strangePairs([])).map(written)
  const known: Known = (field) => from(real[field])
  const one = (name: string): fc.Arbitrary<Pairs> => {
    const schema = fields[name] ?? {}
    const many = schema['type'] === 'array'
    const made = valid(many ? schema['items'] : schema, known)
    const value = often(from(real[name]) ?? made, 2, made)
    return fc.array(value.map((text): [string, string] => [name, String(text)]), { maxLength: many ? 2 : 1 })
  }
  const asked = fc.tuple(...names.map(one)).chain((all) => fc.subarray(all).map((some): Pairs => some.flat()))
  return often<Pairs>(asked, 1, strangePairs(names)).map(written)
}

const bodyOf = (plan: Plan, real: Peopled['real']): fc.Arbitrary<Buffer | null> => {
  switch (plan.body) {
    case 'fields': return jsonOf(plan, real)
    case 'stream': return csv
    case 'raw': return fc.oneof(fc.json().map((text) => Buffer.from(text)), fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)))
    case 'none': return often<Buffer | null>(fc.constant(null), 30, fc.constant(Buffer.from('{}')))
  }
}

const jsonOf = (plan: Plan, real: Peopled['real']): fc.Arbitrary<Buffer | null> => {
  const elsewhere = new Set(plan.elsewhere.map(({ field }) => field))
  const properties = Object.fromEntries(Object.entries<Schema>(plan.operation.takes.properties).filter(([name]) => !elsewhere.has(name)))
  const required = (plan.operation.takes.required ?? []).filter((name) => !elsewhere.has(name))
  const value = valid({ type: 'object', properties, required }, (field) => from(real[field]))
  const text = value.map((body) => JSON.stringify(body))
  return fc.oneof<fc.WeightedArbitrary<Buffer | null>[]>(
    { weight: 6, arbitrary: text.map((one) => Buffer.from(one)) },
    { weight: 6, arbitrary: fc.tuple(value, changes).map(([body, list]) => Buffer.from(JSON.stringify(changed(body, list)) ?? '')) },
    { weight: 1, arbitrary: fc.tuple(text, spoiled).map(([one, spoil]) => spoil(one)) },
    { weight: 1, arbitrary: fc.constant(null) },
  )
}

const headersOf = (plan: Plan, real: Peopled['real']): fc.Arbitrary<Headers> => {
  const type = often<Headers>(fc.constant({ 'content-type': plan.bodyType }), 20, strangeTypes)
  const key = plan.operation.keyed === undefined ? fc.constant<Headers>({})
    : often(fc.uuid(), 6, fc.constantFrom('k', '', 'é', 'x'.repeat(255), 'x'.repeat(256))).map((value): Headers => ({ 'idempotency-key': value }))
  const own = plan.headers.map(({ field, wire }) => {
    const value = (from(real[field]) ?? fc.string({ maxLength: 20 })).map((given): Headers => ({ [wire.toLowerCase()]: printable(String(given)) }))
    return often<Headers>(value, 1, fc.constant({}))
  })
  return fc.tuple(type, key, often<Headers>(fc.constant({}), 8, strangeHeaders), ...own).map((all) => Object.assign({}, ...all))
}

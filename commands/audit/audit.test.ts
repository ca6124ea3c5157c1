import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { Row } from '../../src/databases/sql.ts'
import { audit } from './audit.ts'
import { parseJournal } from './journal.ts'

const folder = join(import.meta.dirname, 'fixtures')
const Fields = Type.Record(Type.String(), Type.Unknown())
const Healthy = Type.Object({ at: Type.Integer(), stores: Type.Record(Type.String(), Type.Record(Type.String(), Type.Array(Fields))), journal: Type.Array(Fields) })
/** What a plant does to the healthy shop; store `journal` is what the clients saw. */
const Change = Type.Object({
  store: Type.String(), table: Type.Optional(Type.String()), where: Type.Optional(Fields), set: Type.Optional(Fields), insert: Type.Optional(Fields),
  delete: Type.Optional(Type.Literal(true)),
})
const Fixture = Type.Object({ check: Type.Integer(), plants: Type.Array(Type.Object({ title: Type.String(), changes: Type.Array(Change, { minItems: 1 }) }), { minItems: 1 }) })

const load = <T extends TSchema>(schema: T, name: string): Static<T> => Value.Parse(schema, JSON.parse(readFileSync(join(folder, name), 'utf8')))
const healthy = () => load(Healthy, 'healthy.json')
type Shop = ReturnType<typeof healthy>

const audited = ({ at, stores, journal }: Shop) => audit(
  Object.fromEntries(Object.entries(stores).map(([store, tables]) =>
    [store, Object.entries(tables).flatMap(([table, rows]) => rows.map((row): Row => ({ table, row })))])),
  parseJournal(journal.map((entry) => JSON.stringify(entry)).join('\n')), at,
)

const fits = (row: Record<string, unknown>, where: Record<string, unknown>) => Object.entries(where).every(([column, value]) => row[column] === value)
const plant = (shop: Shop, { store, table = '', where, set, insert, delete: remove }: typeof Change.static): void => {
  const rows = store === 'journal' ? shop.journal : (shop.stores[store]![table] ??= [])
  const met = rows.filter((row) => fits(row, where ?? {}))
  if (where !== undefined) assert.ok(met.length > 0, `no row of ${store} ${table} is ${JSON.stringify(where)}`)
  if (set !== undefined) for (const row of met) Object.assign(row, set)
  // With `where`, a copy of that row under what is given.
  if (insert !== undefined) rows.push({ ...(where === undefined ? {} : met[0]), ...insert })
  if (remove === true) for (const row of met) rows.splice(rows.indexOf(row), 1)
}

test('a healthy shop has no violation, and every check looked at something', () => {
  for (const { number, name, count, findings } of audited(healthy())) {
    assert.deepEqual(findings, [], `check ${number}`)
    assert.ok(count > 0, `check ${number} looked at nothing: ${name}`)
  }
})

const fixtures = readdirSync(folder).filter((name) => name !== 'healthy.json').sort().map((name) => ({ name, ...load(Fixture, name) }))

test('every check has its planted violations', () => {
  assert.deepEqual(fixtures.map(({ check }) => check), audited(healthy()).map(({ number }) => number))
})

for (const { check, plants } of fixtures) {
  for (const { title, changes } of plants) {
    test(`check ${check}, and no other, turns red at ${title}`, () => {
      const shop = healthy()
      for (const change of changes) plant(shop, change)
      const red = audited(shop).filter(({ findings }) => findings.length > 0)
      assert.deepEqual(red.map(({ number }) => number), [check], JSON.stringify(red, null, 2))
    })
  }
}

test('rows that are not as the audit knows them are refused, not passed over', () => {
  const shop = healthy()
  plant(shop, { store: 'order', table: 'orders', where: { id: 'order-1' }, set: { captured: null } })
  assert.throws(() => audited(shop), /A row of orders is not as the audit knows it: captured/)
  const without = healthy()
  delete without.stores['order-ledger']
  assert.throws(() => audited(without), /no store order-ledger/)
})

test('who waits for a bank is at rest until the time is over', () => {
  const shop = healthy()
  const late = { ...shop, at: shop.at + 31 * 60_000 }
  assert.deepEqual(audited(late).filter(({ findings }) => findings.length > 0).map(({ number }) => number), [3, 4, 7, 8])
})

test('docs/auditing.md tells of every check by its name', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/auditing.md'), 'utf8')
  for (const { number, name } of audited(healthy())) assert.ok(page.includes(`| ${number} | ${name} |`), `check ${number}: ${name}`)
})

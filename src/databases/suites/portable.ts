import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Type } from '@sinclair/typebox'
import { collect, heard, moved, type Opened, patient, stream, type Suite, withStore } from '../conformance.ts'
import { type Row, sql } from '../sql.ts'

const fill = async ({ sql: store }: Opened) => {
  await store.write({ statements: [
    sql`INSERT INTO shelf (id, name) VALUES (${'s'}, ${'Left'})`,
    sql`INSERT INTO item (id, shelf_id, quantity, weight, note, seal) VALUES (${'z'}, ${'s'}, ${3}, ${0.25}, ${'"\n🙂'}, ${new Uint8Array([1, 0, 255])})`,
    sql`INSERT INTO item (id, shelf_id, inside, quantity) VALUES (${'a'}, ${'s'}, ${'z'}, ${1})`,
    sql`UPDATE item SET inside = ${'a'} WHERE id = ${'z'}`,
  ], events: [moved(1)] })
  await store.apply(heard('e1'), { statements: [], events: [] })
}
const Count = Type.Object({ count: Type.Integer() })
const shelf = (id: string): Row => ({ table: 'shelf', row: { id, name: id } })

const portable: Suite = (open) => suite('dump and load', () => {
  test('what was dumped and loaded elsewhere is dumped alike', () => withStore(open, (one) => withStore(open, async (other) => {
    await fill(one)
    const rows = await collect(one.sql.dump())
    assert.equal(await other.sql.load(stream(JSON.parse(JSON.stringify(rows)))), 5)
    assert.deepEqual(await collect(other.sql.dump()), rows)
  })))

  test('a dump names the schema first, then parents before their children, outbox and inbox too', () => withStore(open, async (opened) => {
    await fill(opened)
    const rows = await collect(opened.sql.dump())
    const tables = rows.map(({ table }) => table)
    assert.deepEqual(rows[0], { table: '$schema', row: { dialect: opened.sql.dialect, version: 1 } })
    assert.deepEqual([...tables].sort(), ['$schema', 'inbox', 'item', 'item', 'outbox', 'shelf'])
    assert.ok(tables.indexOf('shelf') < tables.indexOf('item'))
    assert.deepEqual(rows.find(({ row }) => row['id'] === 'z'), { table: 'item', row: {
      id: 'z', shelf_id: 's', inside: 'a', quantity: 3, weight: 0.25, note: '"\n🙂', seal: { $blob: 'AQD/' },
    } })
  }))

  test('a dump is of one moment, whatever is written meanwhile', () => withStore(open, async (opened) => {
    await fill(opened)
    const before = await collect(opened.sql.dump())
    const during: Row[] = []
    for await (const row of opened.sql.dump()) {
      during.push(row)
      await opened.sql.write({ statements: [sql`UPDATE shelf SET name = name || ${'x'}`], events: [moved(2)] })
    }
    assert.deepEqual(during, before)
  }))

  test('loaded events are still to be published, and heard ones are known', () => withStore(open, (one) => withStore(open, async (other) => {
    await fill(one)
    const woken = other.sql.outbox.arrived(patient())
    await other.sql.load(one.sql.dump())
    await woken
    assert.deepEqual(await other.sql.outbox.take(10, 1000), await one.sql.outbox.take(10, 1000))
    assert.equal(await other.sql.apply(heard('e1'), { statements: [], events: [] }), 'repeated')
  })))

  test('a store that holds anything is not loaded into', () => withStore(open, async (opened) => {
    await opened.sql.load(stream([shelf('a')]))
    await assert.rejects(opened.sql.load(stream([shelf('b')])), /empty store only.*shelf/)
  }))

  const damaged: [string, Row, RegExp | undefined][] = [
    ['of a table that is unknown', { table: 'nowhere', row: { id: 1 } }, /nowhere is unknown/],
    ['of a column that is unknown', { table: 'shelf', row: { id: 'b', name: 'b', colour: 'red' } }, /shelf\.colour is unknown/],
    ['with a structure for a value', { table: 'shelf', row: { id: 'b', name: { a: 1 } } }, /shelf\.name holds neither/],
    ['without its parent', { table: 'item', row: { id: 'i', shelf_id: 'none', quantity: 1 } }, undefined],
    ['that is there already', shelf('a'), undefined],
  ]
  for (const [what, row, reason] of damaged) {
    test(`a dump with a row ${what} is refused, and nothing of it stays`, () => withStore(open, async (opened) => {
      const loading = opened.sql.load(stream([shelf('a'), row]))
      await (reason ? assert.rejects(loading, reason) : assert.rejects(loading))
      assert.equal(await opened.sql.load(stream([shelf('a')])), 1)
    }))
  }

  test('a dump of another version of the schema is refused', () => withStore(open, async (opened) => {
    const row = { table: '$schema', row: { dialect: opened.sql.dialect, version: 2 } }
    await assert.rejects(opened.sql.load(stream([row, shelf('a')])), /version 2 of the schema, this store version 1/)
  }))

  test('changes wait while rows are loaded', () => withStore(open, async ({ sql: store }) => {
    let written: Promise<unknown> | undefined
    const rows = async function* () {
      yield shelf('a')
      written = store.write({ statements: [sql`INSERT INTO shelf (id, name) VALUES (${'w'}, ${'w'})`], events: [] })
      yield { table: 'nowhere', row: {} }
    }
    await assert.rejects(store.load(rows()))
    await written
    assert.equal(Number((await store.read(Count, sql`SELECT count(*) AS count FROM shelf`))[0]?.count), 1)
  }))
})
export default portable

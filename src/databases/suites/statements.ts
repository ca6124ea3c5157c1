import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Type } from '@sinclair/typebox'
import { Item, type Suite, withStore } from '../conformance.ts'
import { guarded, sql, type Sql } from '../sql.ts'

const One = Type.Object({ value: Type.Unknown() })
const shelf = sql`INSERT INTO shelf (id, name) VALUES (${'s'}, ${'Left'})`
const item = (id: string, quantity: number) => sql`INSERT INTO item (id, shelf_id, quantity) VALUES (${id}, ${'s'}, ${quantity})`
const quantities = async (store: Sql) =>
  (await store.read(Type.Pick(Item, ['id', 'quantity']), sql`SELECT id, quantity FROM item ORDER BY id`)).map((row) => `${row.id} ${row.quantity}`)

const statements: Suite = (open) => suite('statements', () => {
  test('a row is read as it was written', () => withStore(open, async ({ sql: store }) => {
    const [note, seal] = ['a 🙂 b\n"\'?; \\', new Uint8Array([0, 255, 7])]
    await store.write({ statements: [shelf, sql`INSERT INTO item (id, shelf_id, inside, quantity, weight, note, seal)
      VALUES (${'i'}, ${'s'}, ${null}, ${Number.MAX_SAFE_INTEGER}, ${0.1}, ${note}, ${seal})`], events: [] })
    const [row] = await store.read(Item, sql`SELECT id, shelf_id, inside, quantity, weight, note, seal FROM item`)
    assert.ok(row?.seal)
    assert.deepEqual({ ...row, seal: [...row.seal] },
      { id: 'i', shelf_id: 's', inside: null, quantity: Number.MAX_SAFE_INTEGER, weight: 0.1, note, seal: [0, 255, 7] })
  }))

  test('a whole number stays whole inside SQL', () => withStore(open, async ({ sql: store }) => {
    const half = (of: number) => store.read(One, sql`SELECT CAST(${of} / 2 AS TEXT) AS value FROM (SELECT 1 AS one) AS x WHERE ${of} = 7`)
    await store.write({ statements: [shelf, item('i', 7)], events: [] })
    const [row] = await store.read(One, sql`SELECT CAST(quantity / ${2} AS TEXT) AS value FROM item`)
    assert.equal(row?.value, '3')
    assert.equal((await half(7))[0]?.value, '3')
  }))

  test('one template answers for each of its values', () => withStore(open, async ({ sql: store }) => {
    await store.write({ statements: [shelf, item('a', 1), item('b', 2), item('c', 3)], events: [] })
    const by = (id: string) => store.read(One, sql`SELECT quantity AS value FROM item WHERE id = ${id}`)
    const found = await Promise.all(['c', 'a', 'none', 'b'].map(by))
    assert.deepEqual(found.map((rows) => rows.map((row) => Number(row.value))), [[3], [1], [], [2]])
  }))

  test('a change answers what each of its statements returned', () => withStore(open, async ({ sql: store }) => {
    const written = await store.write({ statements: [
      shelf, item('a', 1), item('b', 2),
      sql`UPDATE item SET quantity = quantity + 1 WHERE id = ${'a'} RETURNING id, quantity`,
      sql`SELECT id FROM item ORDER BY id`,
    ], events: [] })
    assert.ok(written.ok)
    const rows = written.rows.map((of) => of.map((row) => Object.values(row).map(String).join(' ')))
    assert.deepEqual(rows, [[], [], [], ['a 2'], ['a', 'b']])
  }))

  test('a guard that meets other rows undoes the whole change and says which it was', () => withStore(open, async ({ sql: store }) => {
    await store.write({ statements: [shelf, item('a', 1)], events: [] })
    const take = (from: string, count: number) => guarded(sql`UPDATE item SET quantity = quantity - ${count} WHERE id = ${from} AND quantity >= ${count}`)
    const written = await store.write({ statements: [item('b', 5), take('a', 1), take('b', 6), item('c', 1)], events: [] })
    assert.deepEqual(written, { ok: false, at: 2 })
    assert.deepEqual(await quantities(store), ['a 1'])
  }))

  test('a guard counts what a select or a returning statement returns', () => withStore(open, async ({ sql: store }) => {
    await store.write({ statements: [shelf, item('a', 1), item('b', 2)], events: [] })
    const answer = async (rows: number) => store.write({ statements: [
      guarded(sql`SELECT id FROM item WHERE quantity > ${0}`, rows),
      guarded(sql`UPDATE item SET quantity = quantity + 1 WHERE quantity > ${0} RETURNING id`, 2),
    ], events: [] })
    assert.deepEqual(await answer(1), { ok: false, at: 0 })
    assert.deepEqual(await quantities(store), ['a 1', 'b 2'])
    assert.equal((await answer(2)).ok, true)
    assert.deepEqual(await quantities(store), ['a 2', 'b 3'])
  }))

  test('a guard of no rows holds where nothing is met', () => withStore(open, async ({ sql: store }) => {
    const absent = guarded(sql`SELECT id FROM shelf WHERE id = ${'s'}`, 0)
    assert.equal((await store.write({ statements: [absent, shelf], events: [] })).ok, true)
    assert.deepEqual(await store.write({ statements: [absent], events: [] }), { ok: false, at: 0 })
  }))

  test('a statement that the engine does not understand is rejected and changes nothing', () => withStore(open, async ({ sql: store }) => {
    await assert.rejects(store.write({ statements: [shelf, sql`UPDATE nowhere SET a = ${1}`], events: [] }))
    await assert.rejects(store.read(One, sql`SELECT nothing FROM nowhere`))
    assert.deepEqual(await store.read(One, sql`SELECT id AS value FROM shelf`), [])
  }))

  test('a statement with fewer values than places is refused', () => withStore(open, async ({ sql: store }) => {
    await assert.rejects(store.read(One, { text: ['SELECT ', ' AS value'], values: [] }), /1 places and 0 values/)
  }))
})
export default statements

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Type } from '@sinclair/typebox'
import { type Suite, withStore } from '../conformance.ts'
import { guarded, sql } from '../sql.ts'

const Quantity = Type.Object({ quantity: Type.Integer() })
const read = sql`SELECT quantity FROM item WHERE id = 'i'`

const concurrency: Suite = (open) => suite('concurrency', () => {
  const prepare = (quantity: number) => ({ statements: [
    sql`INSERT INTO shelf (id, name) VALUES (${'s'}, ${'Left'})`,
    sql`INSERT INTO item (id, shelf_id, quantity) VALUES (${'i'}, ${'s'}, ${quantity})`,
  ], events: [] })

  test('two hundred who take one of ten at once get ten', () => withStore(open, async ({ sql: store }) => {
    await store.write(prepare(10))
    const take = () => store.write({ statements: [guarded(sql`UPDATE item SET quantity = quantity - 1 WHERE id = ${'i'} AND quantity >= 1`)], events: [] })
    const written = await Promise.all(Array.from({ length: 200 }, take))
    assert.equal(written.filter((answer) => answer.ok).length, 10)
    assert.equal((await store.read(Quantity, read))[0]?.quantity, 0)
  }))

  test('the guard is what holds: without it all two hundred take', () => withStore(open, async ({ sql: store }) => {
    await store.write(prepare(1000))
    const take = () => store.write({ statements: [sql`UPDATE item SET quantity = quantity - 1 WHERE id = ${'i'}`], events: [] })
    await Promise.all(Array.from({ length: 200 }, take))
    assert.equal((await store.read(Quantity, read))[0]?.quantity, 800)
  }))

  test('a change is seen by every read that starts after its answer', () => withStore(open, async ({ sql: store }) => {
    await store.write(prepare(0))
    const raise = async () => {
      const before = (await store.read(Quantity, read))[0]?.quantity ?? 0
      const written = await store.write({ statements: [sql`UPDATE item SET quantity = quantity + 1 WHERE id = ${'i'} RETURNING quantity`], events: [] })
      const mine = written.ok ? Number(written.rows[0]?.[0]?.['quantity']) : 0
      const after = (await store.read(Quantity, read))[0]?.quantity ?? 0
      assert.ok(before < mine && mine <= after, `${before} < ${mine} <= ${after}`)
    }
    await Promise.all(Array.from({ length: 60 }, raise))
    assert.equal((await store.read(Quantity, read))[0]?.quantity, 60)
  }))

  test('a read sees all of a change or nothing of it', () => withStore(open, async ({ sql: store }) => {
    await store.write(prepare(50))
    await store.write({ statements: [sql`INSERT INTO item (id, shelf_id, quantity) VALUES (${'j'}, ${'s'}, ${50})`], events: [] })
    const shift = () => store.write({ statements: [
      guarded(sql`UPDATE item SET quantity = quantity - 1 WHERE id = ${'i'} AND quantity >= 1`),
      sql`UPDATE item SET quantity = quantity + 1 WHERE id = ${'j'}`,
    ], events: [] })
    const check = async () => {
      const [row] = await store.read(Quantity, sql`SELECT CAST(sum(quantity) AS BIGINT) AS quantity FROM item`)
      assert.equal(Number(row?.quantity), 100)
    }
    await Promise.all(Array.from({ length: 120 }, (_, number) => number % 2 ? shift() : check()))
  }))
})
export default concurrency

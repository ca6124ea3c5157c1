import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Type } from '@sinclair/typebox'
import { collect, heard, moved, type Opened, type Suite, withStore } from '../conformance.ts'
import { guarded, sql, Violation } from '../sql.ts'

const Name = Type.Object({ name: Type.String() })
const shelf = (id: string, name: string) => sql`INSERT INTO shelf (id, name) VALUES (${id}, ${name})`
const names = async ({ sql: store }: Opened) => (await store.read(Name, sql`SELECT name FROM shelf ORDER BY name`)).map((row) => row.name)
const known = async ({ sql: store }: Opened) =>
  (await collect(store.dump())).filter(({ table }) => table === 'inbox').map(({ row }) => row['id'])

const inbox: Suite = (open) => suite('inbox', () => {
  test('an event has its effect once, however often it comes', () => withStore(open, async (opened) => {
    const apply = (name: string) => opened.sql.apply(heard('e1'), { statements: [shelf(name, name)], events: [moved(1)] })
    assert.equal(await apply('first'), 'stored')
    assert.equal(await apply('second'), 'repeated')
    assert.deepEqual(await names(opened), ['first'])
    assert.equal((await opened.sql.outbox.backlog()).count, 1)
    assert.deepEqual(await known(opened), ['e1'])
  }))

  test('one that comes many times at once has its effect once', () => withStore(open, async (opened) => {
    const effects = await Promise.all(Array.from({ length: 20 }, (_, number) =>
      opened.sql.apply(heard('e1'), { statements: [shelf(`s${number}`, `s${number}`)], events: [] })))
    assert.equal(effects.filter((effect) => effect === 'stored').length, 1)
    assert.equal(effects.filter((effect) => effect === 'repeated').length, 19)
    assert.equal((await names(opened)).length, 1)
  }))

  test('one that is older than what is known is stale, changes nothing, and is remembered', () => withStore(open, async (opened) => {
    await opened.sql.write({ statements: [shelf('s', 'version 5')], events: [] })
    const apply = () => opened.sql.apply(heard('e1'), {
      statements: [shelf('t', 'other'), guarded(sql`UPDATE shelf SET name = ${'version 4'} WHERE id = ${'s'} AND name < ${'version 4'}`)],
      events: [moved(1)],
    })
    assert.equal(await apply(), 'stale')
    assert.deepEqual(await names(opened), ['version 5'])
    assert.equal((await opened.sql.outbox.backlog()).count, 0)
    assert.equal(await apply(), 'repeated')
  }))

  test('one whose effect was refused is not remembered, so that it may come again', () => withStore(open, async (opened) => {
    await opened.sql.write({ statements: [shelf('s', 'taken')], events: [] })
    const apply = (name: string) => opened.sql.apply(heard('e1'), { statements: [shelf('t', name)], events: [] })
    await assert.rejects(apply('taken'), Violation)
    assert.deepEqual(await known(opened), [])
    assert.equal(await apply('free'), 'stored')
  }))

  test('what it causes carries its trace on, unless the change names another', () => withStore(open, async (opened) => {
    await opened.sql.apply(heard('e1'), { statements: [], events: [moved(1)] })
    await opened.sql.apply(heard('e2'), { statements: [], events: [moved(2)], trace: 'd'.repeat(32) })
    assert.deepEqual((await opened.sql.outbox.take(10, 1000)).map(({ trace }) => trace), [heard('e1').trace, 'd'.repeat(32)])
  }))
})
export default inbox

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Type } from '@sinclair/typebox'
import { moved, type Suite, withStore } from '../conformance.ts'
import { sql, type Statement, Violation } from '../sql.ts'

const Id = Type.Object({ id: Type.String() })
const shelf = (id: string, name: string) => sql`INSERT INTO shelf (id, name) VALUES (${id}, ${name})`
const item = (id: string, shelfId: string, quantity: number) =>
  sql`INSERT INTO item (id, shelf_id, quantity) VALUES (${id}, ${shelfId}, ${quantity})`
const only = (...statements: Statement[]) => ({ statements, events: [] })

const violations: Suite = (open) => suite('violations', () => {
  const refused: [string, Violation['kind'], Statement][] = [
    ['a taken primary key', 'unique', shelf('s', 'Right')],
    ['a taken unique value', 'unique', shelf('t', 'Left')],
    ['a parent that is missing', 'foreign', item('i', 'none', 1)],
    ['a parent that still has children', 'foreign', sql`DELETE FROM shelf WHERE id = ${'full'}`],
    ['a value that the CHECK forbids', 'check', item('i', 's', -1)],
  ]
  for (const [what, kind, statement] of refused) {
    test(`${what} is a violation of kind ${kind}, and nothing of its change stays`, () => withStore(open, async ({ sql: store }) => {
      await store.write(only(shelf('s', 'Left'), shelf('full', 'Full'), item('child', 'full', 1)))
      await assert.rejects(
        store.write({ statements: [shelf('before', 'Before'), statement, shelf('after', 'After')], events: [moved(1)] }),
        (error) => error instanceof Violation && error.kind === kind,
      )
      assert.deepEqual((await store.read(Id, sql`SELECT id FROM shelf ORDER BY id`)).map((row) => row.id), ['full', 's'])
      assert.equal((await store.outbox.backlog()).count, 0)
    }))
  }

  test('a violation tells which of two unique values was taken', () => withStore(open, async ({ sql: store }) => {
    await store.write(only(shelf('s', 'Left')))
    const constraint = (statement: Statement) => store.write(only(statement)).then(() => '', (error) => error instanceof Violation ? error.constraint : '')
    assert.match(await constraint(shelf('t', 'Left')), /name/)
    assert.doesNotMatch(await constraint(shelf('s', 'Right')), /name/)
  }))

  test('of changes made at once only those that violate are refused', () => withStore(open, async ({ sql: store }) => {
    const names = Array.from({ length: 40 }, (_, number) => `name ${number % 10}`)
    const results = await Promise.allSettled(names.map((name, number) => store.write({ statements: [shelf(`s${number}`, name)], events: [moved(number)] })))
    assert.equal(results.filter((result) => result.status === 'fulfilled').length, 10)
    for (const result of results) if (result.status === 'rejected') assert.ok(result.reason instanceof Violation)
    assert.equal((await store.read(Id, sql`SELECT id FROM shelf`)).length, 10)
    assert.equal((await store.outbox.backlog()).count, 10)
  }))
})
export default violations

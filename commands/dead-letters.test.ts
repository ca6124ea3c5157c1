import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { counted, eventually, heard, testLog } from '../test/bus.ts'
import { npmRun } from '../test/command.ts'
import { stillWorld } from '../test/still-world.ts'
import { deadLetterCommands } from '../src/bus/dead-letter-commands.ts'
import { localBus } from '../src/bus/local.ts'
import { queueMigrations } from '../src/bus/queues.ts'
import { openSqlite } from '../src/databases/sqlite/open.ts'
import { serveSocket, socketIn } from '../src/process/socket.ts'

/** A bus on disk that has two dead letters of `cart`. */
const poisoned = async (t: TestContext) => {
  const folder = mkdtempSync(join(tmpdir(), 'mercado-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const world = stillWorld()
  const database = await openSqlite({ path: join(folder, 'bus.db'), migrations: queueMigrations, world })
  const bus = localBus({ db: database.sql, world, log: testLog(), attempts: 1 })
  await bus.hear('cart', [counted.type], async () => { throw new Error('it burns\nat line 7') })
  await bus.publish([heard(world, 'A'), heard(world, 'B')])
  await eventually(world, async () => (await bus.deadLetters.list()).length === 2)
  const [first, second] = await bus.deadLetters.list()
  if (first === undefined || second === undefined) throw new Error('two are there')
  const stop = async () => {
    await bus.close(1000)
    await database.close()
  }
  t.after(stop)
  return { folder, bus, first, second, stop }
}
const command = (folder: string, ...args: string[]) => npmRun('dead-letters', ...args, '--data', folder)

for (const shop of ['a running shop', 'a shop at rest']) {
  test(`dead letters of ${shop} are listed, shown, replayed and dropped`, async (t) => {
    const { folder, bus, first, second, stop } = await poisoned(t)
    if (shop === 'a shop at rest') await stop()
    else {
      const socket = await serveSocket(socketIn(folder), deadLetterCommands(bus.deadLetters))
      t.after(() => socket.close())
    }
    const list = await command(folder, 'list')
    assert.equal(list.code, 0, list.err)
    const [head, ...rows] = list.out.trim().split('\n')
    assert.match(head ?? '', /^ID +EVENT +ATTEMPTS +LAST +ERROR$/)
    assert.deepEqual(rows.map((row) => row.split(/ {2,}/)), [first, second].map(({ id, lastAt }) => [id, counted.type, '1', lastAt, 'Error: it burns']))

    const show = await command(folder, 'show', first.id)
    for (const text of [first.id, counted.type, 'at line 7', '"sku": "A"', first.event.trace]) assert.ok(show.out.includes(text), show.out)
    const json = await command(folder, 'show', first.id, '--json')
    assert.deepEqual(JSON.parse(json.out), first)

    assert.deepEqual(await command(folder, 'drop', first.id), { code: 0, out: 'Dropped.\n', err: '' })
    const again = await command(folder, 'drop', first.id)
    assert.equal(again.code, 1)
    assert.match(again.err, /no dead letter/)
    assert.deepEqual(await command(folder, 'replay', second.id), { code: 0, out: 'It will be delivered again.\n', err: '' })
    if (shop === 'a shop at rest') assert.equal((await command(folder, 'list')).out, 'No dead letters.\n')
  })
}

test('what cannot be done is said in a sentence', async (t) => {
  const { folder, stop } = await poisoned(t)
  const busy = await command(folder, 'list')
  assert.deepEqual([busy.code, busy.out], [1, ''])
  assert.match(busy.err, /in use by another process/)
  await stop()
  const nowhere = await command(join(folder, 'nowhere'), 'list')
  assert.equal(nowhere.code, 1)
  assert.match(nowhere.err, /holds no shop's data/)
  for (const args of [[], ['lst'], ['show'], ['list', 'x'], ['drop', 'a', 'b'], ['list', '--nope']]) {
    const wrong = await command(folder, ...args)
    assert.equal(wrong.code, 2, args.join(' '))
    assert.ok(wrong.err.trim().length > 0 && !wrong.err.includes('    at '), wrong.err)
  }
})

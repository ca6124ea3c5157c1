import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Type } from '@sinclair/typebox'
import { npmRun } from '../test/command.ts'
import { testWorld } from '../test/world.ts'
import { openSqlite } from '../src/databases/sqlite/open.ts'
import { sql } from '../src/databases/sql.ts'
import { backupTo } from '../src/process/backup.ts'
import { type Moving, movingFile } from '../src/process/moved.ts'
import { folderSecrets } from '../src/process/secrets.ts'
import { serveSocket, socketIn } from '../src/process/socket.ts'

const migrations = [{ name: 'things', statements: ['create table thing (name text not null) strict'] }]
const Thing = Type.Object({ name: Type.String() })
const open = (folder: string, name: string) => openSqlite({ path: join(folder, `${name}.db`), migrations, world: testWorld() })

/** A data folder with two stores and a secret. */
const shopFolder = async (t: TestContext) => {
  const root = mkdtempSync(join(tmpdir(), 'mercado-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  const [folder, to] = [join(root, 'shop'), join(root, 'backup')]
  const stores = await Promise.all(['cart', 'order'].map((name) => open(folder, name)))
  for (const { sql: db, path } of stores) await db.write({ statements: [sql`insert into thing (name) values (${path})`], events: [] })
  folderSecrets(folder).keep('order-token', 'hush')
  writeFileSync(join(folder, 'shop.log'), 'a line')
  const stop = async () => { for (const store of stores) await store.close() }
  t.after(stop)
  return { folder, to, stop }
}
const restored = async (folder: string, to: string) => {
  assert.deepEqual(readdirSync(to).sort(), ['cart.db', 'order-token', 'order.db'])
  for (const name of ['cart', 'order']) {
    const { sql: db, close } = await open(to, name)
    assert.deepEqual((await db.read(Thing, sql`select name from thing`)).map((row) => row.name), [join(folder, `${name}.db`)])
    await close()
  }
  assert.equal(readFileSync(join(to, 'order-token'), 'utf8'), 'hush\n')
  assert.equal(statSync(join(to, 'order-token')).mode & 0o777, 0o600)
}

test('a shop at rest is copied, and the copy is one to start from', async (t) => {
  const { folder, to, stop } = await shopFolder(t)
  await stop()
  const { code, out, err } = await npmRun('backup', to, '--data', folder)
  assert.deepEqual([code, err], [0, ''])
  assert.match(out, /^3 files, [\d.]+ kB, copied to .*backup in \d+ ms\n$/)
  await restored(folder, to)
})

test('a running shop makes the copy itself', async (t) => {
  const { folder, to, stop } = await shopFolder(t)
  const asked: unknown[] = []
  const socket = await serveSocket(socketIn(folder), { backup: async (input) => { asked.push(input); return backupTo(folder, to, Date.now) } })
  t.after(() => socket.close())
  const { code, out, err } = await npmRun('backup', to, '--data', folder, '--json')
  assert.deepEqual([code, err], [0, ''])
  assert.deepEqual(asked, [{ folder: to }])
  const { ms, bytes, ...rest } = JSON.parse(out)
  assert.deepEqual(rest, { folder: to, files: 3 })
  assert.ok(bytes > 1000 && ms >= 0)
  await restored(folder, to)
  await stop()
})

test('a folder that holds anything is refused and left as it is', async (t) => {
  const { folder, to, stop } = await shopFolder(t)
  await stop()
  mkdirSync(to)
  writeFileSync(join(to, 'mine'), 'x')
  const { code, err } = await npmRun('backup', to, '--data', folder)
  assert.equal(code, 1)
  assert.match(err, /not empty/)
  assert.deepEqual(readdirSync(to), ['mine'])
})

test('what cannot be done is said in a sentence, and nothing is made', async (t) => {
  const { folder, to, stop } = await shopFolder(t)
  const busy = await npmRun('backup', to, '--data', folder)
  assert.equal(busy.code, 1)
  assert.match(busy.err, /in use by another process/)
  await stop()
  const nowhere = await npmRun('backup', to, '--data', join(folder, 'nowhere'))
  assert.equal(nowhere.code, 1)
  assert.match(nowhere.err, /holds no shop's data/)
  for (const args of [[], [to, to], ['--nope']]) assert.equal((await npmRun('backup', ...args)).code, 2)
  assert.equal(existsSync(to), false)
})

test('a folder that was moved is neither counted nor copied as it was before', async (t) => {
  const old = mkdtempSync(join(tmpdir(), 'mercado-moved-'))
  t.after(() => rmSync(old, { recursive: true, force: true }))
  for (const name of ['order.db', 'bus.db']) writeFileSync(join(old, name), '')
  const moving: Moving = { begun: '2026-01-01T00:00:00.000Z', finished: '2026-01-01T00:00:01.000Z', stores: { order: { to: 'the schema mercado_order of postgres://db/shop', state: 'done', tables: {} } } }
  writeFileSync(movingFile(old), JSON.stringify(moving))
  for (const args of [['audit'], ['backup', join(old, 'copy')]]) {
    const { code, out, err } = await npmRun(args[0] ?? '', ...args.slice(1), '--data', old)
    assert.deepEqual([code, out], [1, ''], args[0])
    assert.match(err, /order: was moved to the schema mercado_order of postgres:\/\/db\/shop at .+: name that server in the settings/)
  }
  assert.equal(existsSync(join(old, 'copy')), false)
})

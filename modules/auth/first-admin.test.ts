import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { openSqlite } from '../../src/databases/sqlite/open.ts'
import { createLog } from '../../src/observe/log.ts'
import { memorySecrets } from '../../src/process/secrets.ts'
import { readSettings } from '../../src/process/settings.ts'
import { testWorld } from '../../test/world.ts'
import { systemContext } from '../../src/module/context.ts'
import { firstAdmin } from './first-admin.ts'
import { argon2Passwords } from './passwords.ts'
import { settings } from './settings.ts'
import { migrations } from './stores/migrations.ts'
import { openAuth } from './stores/sql.ts'
import { turns } from './turns.ts'

const place = async (t: TestContext, env: Record<string, string> = {}) => {
  const world = testWorld()
  const { sql, close } = await openSqlite({ path: ':memory:', migrations: migrations('sqlite'), world, checked: true })
  t.after(close)
  let logged = ''
  const log = createLog({ level: 'debug', readable: true, now: world.now, write: (text) => { logged += text } })
  const store = openAuth(sql)
  const passwords = argon2Passwords(world, turns(1, 100))
  const parts = { store, passwords, settings: readSettings(settings, env).settings, world, secrets: memorySecrets(), log }
  const opens = async (email: string, password: string) => {
    const found = await store.findLogin({ email })
    return found !== null && found.roles.includes('admin') && await passwords.matches(found.passwordHash, password, systemContext(world, 60_000))
  }
  return { parts, store, opens, logged: () => { log.flush(); return logged } }
}

test('without settings the first admin has a random password: kept, printed once, never logged', async (t) => {
  const { parts, opens, logged } = await place(t)
  const lines = await firstAdmin(parts)
  const kept = parts.secrets.find('admin-password') ?? ''
  assert.ok(kept.length >= 20)
  assert.ok(lines.join('\n').includes(kept))
  assert.ok(await opens('admin@localhost', kept))
  assert.match(logged(), /admin created.*memory:admin-password/)
  assert.ok(!logged().includes(kept))
  assert.deepEqual(await firstAdmin(parts), [])
})

test('with settings the first admin is who they name, and nothing is kept or printed of the password', async (t) => {
  const { parts, opens, logged } = await place(t, { ADMIN_EMAIL: 'Root@X.org', ADMIN_PASSWORD: 'a chosen secret' })
  assert.deepEqual(await firstAdmin(parts), ['Admin: root@x.org'])
  assert.ok(await opens('root@x.org', 'a chosen secret'))
  assert.equal(parts.secrets.find('admin-password'), null)
  assert.ok(!logged().includes('a chosen secret'))
})

test('a start that died before it stored the admin is carried on with the password that was kept', async (t) => {
  const { parts, opens } = await place(t)
  parts.secrets.keep('admin-password', 'kept by the start before')
  await firstAdmin(parts)
  assert.ok(await opens('admin@localhost', 'kept by the start before'))
})

test('a password is kept before its admin is stored, so that a crash between the two locks nobody out', async (t) => {
  const { parts, store } = await place(t)
  const crashing = { ...store, createFirstAdmin: () => Promise.reject(new Error('crash')) }
  await assert.rejects(firstAdmin({ ...parts, store: crashing }), /crash/)
  assert.notEqual(parts.secrets.find('admin-password'), null)
})

test('of several instances that start at once one creates the admin, and the kept password opens it', async (t) => {
  const { parts, store, opens } = await place(t)
  const lines = await Promise.all([1, 2, 3].map(() => firstAdmin(parts)))
  assert.equal(lines.filter((printed) => printed.length > 0).length, 1)
  assert.equal((await store.listAccounts({ text: null, after: null, limit: 10 })).length, 1)
  assert.ok(await opens('admin@localhost', parts.secrets.find('admin-password') ?? ''))
})

test('a password that is too short for an admin is a wrong setting', () => {
  const { problems } = readSettings(settings, { ADMIN_PASSWORD: 'short', ADMIN_EMAIL: 'nobody' })
  assert.deepEqual(problems.map(({ name }) => name).sort(), ['ADMIN_EMAIL', 'ADMIN_PASSWORD'])
})

import type { TestContext } from 'node:test'
import { openSqlite } from '../../../src/databases/sqlite/open.ts'
import { makeContext } from '../../../src/module/context.ts'
import { createLog } from '../../../src/observe/log.ts'
import { readSettings } from '../../../src/process/settings.ts'
import { type TestWorld, testWorld } from '../../../test/world.ts'
import type { Parts } from '../parts.ts'
import { argon2Passwords } from '../passwords.ts'
import { settings } from '../settings.ts'
import { migrations } from '../stores/migrations.ts'
import { openAuth } from '../stores/sql.ts'
import { storedKeyTokens } from '../tokens.ts'
import { turns } from '../turns.ts'

/** Auth's parts on an empty store, without jobs, so that a test can put something between two of their steps. */
export const partsFor = async (t: TestContext, env: Record<string, string> = {}): Promise<Parts & { world: TestWorld }> => {
  const world = testWorld()
  const { sql, close } = await openSqlite({ path: ':memory:', migrations: migrations('sqlite'), world, checked: true })
  t.after(close)
  const store = openAuth(sql)
  const tokens = storedKeyTokens(store, world, { tokenS: 600, keyDays: 30 })
  await tokens.rotate()
  return {
    store, tokens, world,
    passwords: argon2Passwords(world, turns(1, 100)),
    doors: { cart: { snapshot: unasked, settle: unasked, merge: unasked } },
    settings: readSettings(settings, env).settings,
    log: createLog({ level: 'error', readable: true, now: world.now, write: () => {} }),
    measure: { add() {} },
    publicUrl: () => 'http://localhost:3000',
  }
}

const unasked = () => Promise.reject(new Error('auth asked the cart something'))

export const contextOf = (world: TestWorld, address = '10.0.0.1') =>
  makeContext({ caller: { is: 'nobody' }, trace: '0'.repeat(32), leftMs: 60_000, client: { address, device: '' }, world })

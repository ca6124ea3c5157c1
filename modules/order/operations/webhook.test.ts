import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unavailable } from '../../../src/contract/faults.ts'
import { systemContext } from '../../../src/module/context.ts'
import { openSqlite } from '../../../src/databases/sqlite/open.ts'
import { testWorld } from '../../../test/world.ts'
import { ledgerMigrations } from '../payments/ledger-migrations.ts'
import { openLedger } from '../payments/ledger.ts'
import { testProvider } from '../payments/test-provider.ts'
import { migrations } from '../stores/migrations.ts'
import { openOrders } from '../stores/sql.ts'
import { webhook } from './webhook.ts'

test('a signature that cannot be checked is answered 503, so that it is sent again, and a wrong one 400', async (t) => {
  const world = testWorld()
  const open = async (made: ReturnType<typeof migrations>) => {
    const { sql, close } = await openSqlite({ path: ':memory:', migrations: made, world, checked: true })
    t.after(close)
    return sql
  }
  const ledger = openLedger(await open(ledgerMigrations('sqlite')))
  let down = true
  const provider = testProvider({
    ledger: { ...ledger, secret: async (secret) => { if (down) throw unavailable(); return ledger.secret(secret) } }, world, pageUrl: String,
  })
  const hook = webhook({ store: openOrders(await open(migrations('sqlite'))), provider, sweeper: { sweep: async () => {}, wake() {} }, world })
  const send = () => hook({ provider: 'test', body: { bytes: Buffer.from('{}'), headers: new Headers() } }, systemContext(world, 1000))
  await assert.rejects(send(), { code: 'unavailable' })
  down = false
  await assert.rejects(send(), { code: 'invalid_signature' })
})

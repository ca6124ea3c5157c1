import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { auditFolder } from '../commands/audit/folder.ts'
import { violations } from '../commands/audit/printed.ts'
import { freePort } from '../deploy/local/programs.ts'
import { connectTo } from '../src/databases/postgres/client.ts'
import { adminToken, bought } from './buying.ts'
import { npmRun } from './command.ts'
import { onPostgres } from './servers.ts'
import { endShop, shapes, startShop } from './shop.ts'

const shape = shapes[0]!

onPostgres('a shop with stores on PostgreSQL', (server) => {
  test('opens no more connections than it is given, and leaves none behind', async () => {
    const url = await server.database()
    const name = new URL(url).pathname.slice(1)
    const connections = async () => Number((await server.ask(`select count(*) as n from pg_stat_activity where datname = '${name}'`))[0]?.['n'])
    const shop = await startShop(shape, { env: { POSTGRES_URL: url, POSTGRES_CONNECTIONS: '2' } })
    try {
      const token = await adminToken(shop, shop.admin)
      await Promise.all(Array.from({ length: 8 }, () => bought(shop, token)))
      assert.ok(await connections() <= 6, `${await connections()} connections of three stores with two each`)
      assert.equal(await shop.stop(), 0)
      assert.equal(await connections(), 0)
    } finally {
      await endShop(shop)
    }
  })

  test('keeps there what its own settings say, and the rest in its folder; the audit reads both', async () => {
    const url = await server.database()
    const shop = await startShop(shape, { env: { ORDER_POSTGRES_URL: url } })
    try {
      await bought(shop, await adminToken(shop, shop.admin))
      assert.deepEqual(['auth.db', 'order.db', 'order-ledger.db'].map((name) => existsSync(join(shop.folder, name))), [true, false, false])
      assert.equal(violations(await auditFolder(shop.folder, { waitMs: 20_000, env: { ORDER_POSTGRES_URL: url } })), 0)
      await assert.rejects(auditFolder(shop.folder, { env: {} }), /There is no store order/)
      const backup = await npmRun('backup', join(shop.folder, 'copy'), '--data', shop.folder)
      assert.equal(backup.code, 1)
      assert.match(backup.err, /order, order-ledger are on servers/)
    } finally {
      await endShop(shop)
    }
  })

  test('waits for a server that is not there yet, says so, and names the setting where it waits in vain', async () => {
    const place = new URL(server.url())
    place.port = String(await freePort())
    const line = /cannot be reached yet and is waited for.*ORDER_POSTGRES_URL/
    await assert.rejects(startShop(shape, { env: { ORDER_POSTGRES_URL: place.href, SERVER_WAIT_MS: '100' } }), (error) =>
      error instanceof Error && line.test(error.message) && /ORDER_POSTGRES_URL: .*ECONNREFUSED/.test(error.message))
    const starting = startShop(shape, { env: { ORDER_POSTGRES_URL: place.href } })
    // Its door opens while the shop waits before it.
    const door = createServer((client) => {
      const behind = connect(Number(new URL(server.url()).port), '127.0.0.1')
      client.pipe(behind).pipe(client)
      for (const end of [client, behind]) end.on('error', () => { client.destroy(); behind.destroy() })
    }).listen(Number(place.port), '127.0.0.1')
    const shop = await starting
    try {
      await bought(shop, await adminToken(shop, shop.admin))
    } finally {
      await endShop(shop)
      door.close()
    }
  })

  test('keeps the payment provider\'s ledger in a database of its own where a setting names one', async () => {
    const [orders, ledger] = [await server.database(), await server.database()]
    const env = { ORDER_POSTGRES_URL: orders, PAYMENT_LEDGER_URL: ledger }
    const shop = await startShop(shape, { env })
    try {
      await bought(shop, await adminToken(shop, shop.admin))
      for (const [url, schemas] of [[orders, ['mercado_order']], [ledger, ['mercado_order_ledger']]] as const) {
        const client = await connectTo({ url, schema: 'public', connections: 1 })
        const found = await client.unsafe("select nspname from pg_namespace where nspname like 'mercado%' order by 1")
        assert.deepEqual(found.map((row) => row['nspname']), schemas)
        await client.end()
      }
      assert.equal(violations(await auditFolder(shop.folder, { waitMs: 20_000, env })), 0)
    } finally {
      await endShop(shop)
    }
  })

  test('is told what is wrong with the address it is given, and not its password', async () => {
    for (const [url, said] of [['postgres://me:hidden@127.0.0.1:1/shop', /ECONNREFUSED/], ['mysql://me:hidden@127.0.0.1/shop', /POSTGRES_URL: takes/]] as const) {
      await assert.rejects(startShop(shape, { env: { POSTGRES_URL: url, SERVER_WAIT_MS: '0' } }), (error) =>
        error instanceof Error && /ended with 2/.test(error.message) && said.test(error.message) && !error.message.includes('hidden'))
    }
  })
})

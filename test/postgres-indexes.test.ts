import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { everyModule } from '../modules/modules.ts'
import { connectTo } from '../src/databases/postgres/client.ts'
import { openPostgres } from '../src/databases/postgres/open.ts'
import type { Sql, Statement, Value } from '../src/databases/sql.ts'
import { adminToken, bought } from './buying.ts'
import { onPostgres, type TestServer } from './servers.ts'
import { endShop, shapes, startShop, until } from './shop.ts'
import { testWorld } from './world.ts'

/** One row for ever, or read at the start alone. */
const small = new Set(['migrations', 'admin_change', 'order_secrets', 'secrets', 'signing_key'])

/** A database whose planner reads a whole table only where no index serves. */
const choosy = async (server: TestServer) => {
  const url = await server.database()
  const name = new URL(url).pathname.slice(1)
  await server.ask(`alter database ${name} set enable_seqscan = off`)
  const client = await connectTo({ url, schema: 'public', connections: 1 })
  /** What a connection counted is told when it ends. */
  const alone = () => until(async () => Number((await client.unsafe(`select count(*) as n from pg_stat_activity where datname = '${name}' and pid <> pg_backend_pid()`))[0]?.['n']), (n) => n === 0)
  return {
    url,
    async forget() {
      await alone()
      await client.unsafe('select pg_stat_reset()')
    },
    async readWhole(): Promise<string[]> {
      await alone()
      const found = await client.unsafe(`select schemaname || '.' || relname as name, relname from pg_stat_user_tables where seq_scan > 0 order by 1`)
      return found.flatMap((row) => (small.has(String(row['relname'])) ? [] : [String(row['name'])]))
    },
    end: () => client.end(),
  }
}

onPostgres('every statement finds its rows by an index', (server) => {
  test('of a table that nothing indexes it is told (negative control)', async () => {
    const database = await choosy(server)
    const migrations = [{ name: 'one', statements: ['create table one (id text primary key, n bigint not null)'] }]
    const options = { url: database.url, schema: 'control', migrations, world: testWorld() }
    await (await openPostgres(options)).close()
    await database.forget()
    const { sql: store, close } = await openPostgres(options)
    await store.write({ statements: [{ text: ['delete from one where n = 1'], values: [] }], events: [] })
    await close()
    assert.deepEqual(await database.readWhole(), ['control.one'])
    await database.end()
  })

  test('in a shop that sells, refunds and sweeps', async () => {
    const database = await choosy(server)
    const env = { POSTGRES_URL: database.url, ORDER_SWEEP_MS: '50' }
    const first = await startShop(shapes[0]!, { env })
    await first.stop()
    await database.forget()
    const shop = await first.again()
    try {
      const admin = await adminToken(shop, shop.admin)
      const { order } = await bought(shop, admin)
      await shop.get('/orders', { token: admin })
      await shop.get('/auth/users', { token: admin })
      await shop.get('/auth/sessions', { token: admin })
      assert.equal((await shop.post(`/orders/${order.id}/refunds`, { amount: { amount: 1, currency: 'EUR' }, reason: 'Scratched' }, { token: admin, key: 'r' })).status, 201)
      await shop.stop()
      assert.deepEqual(await database.readWhole(), [])
    } finally {
      await endShop(shop)
      await database.end()
    }
  })

  for (const { contract: { name }, stores: { postgres } } of everyModule) {
    const folder = join(import.meta.dirname, '../modules', name, 'suites/stores')
    if (postgres === undefined || !existsSync(folder)) continue
    const asked = new Map<string, readonly Value[]>()
    const note = ({ text, values }: Statement) => { asked.set(text.reduce((all, part, at) => (at === 0 ? part : `${all}$${at}${part}`), ''), values) }
    const noting = (db: Sql): Sql => ({
      ...db,
      read: (row, query) => { note(query); return db.read(row, query) },
      write: (change) => { change.statements.forEach(note); return db.write(change) },
    })
    suite(`${name}'s store`, async () => {
      for (const file of readdirSync(folder).sort()) {
        const { default: cases } = await import(join(folder, file))
        suite(file.replace('.ts', ''), () => cases(async () => {
          const { sql, close } = await server.openPostgres(postgres.migrations, testWorld())
          return { store: postgres.open(noting(sql)), close }
        }))
      }
      test('asked nothing in its suites that no index serves', async () => {
        const url = await server.database()
        await (await openPostgres({ url, schema: name, migrations: postgres.migrations, world: testWorld() })).close()
        const client = await connectTo({ url, schema: name, connections: 1 })
        await client.unsafe('set enable_seqscan = off')
        const whole: string[] = []
        for (const [text, values] of asked) {
          const [row] = await client.unsafe(`explain ${text}`, values.map((value) => (typeof value === 'bigint' ? String(value) : value)), { prepare: true }).values()
            .then((rows) => [rows.map(([line]) => String(line)).join('\n')])
          for (const [, table = ''] of row?.matchAll(/Seq Scan on (\w+)/g) ?? []) if (!small.has(table)) whole.push(`${table}: ${text}`)
        }
        await client.end()
        assert.ok(asked.size > 10, `${asked.size} statements`)
        assert.deepEqual(whole, [])
      })
    })
  }
})

import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { Type } from '@sinclair/typebox'
import { onPostgres } from '../../../test/servers.ts'
import { realWorld } from '../../process/world.ts'
import { sql } from '../sql.ts'
import { openPostgres } from './open.ts'

const migrations = [{ name: 'one', statements: ['create table one (id text primary key, n bigint not null)'] }]
const Row = Type.Object({ n: Type.Integer() })
/** Signals the server and all that it has started. */
const signal = (pid: number, name: NodeJS.Signals): void => {
  for (const one of [pid, ...readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)).map(Number)]) {
    try {
      const stat = readFileSync(`/proc/${one}/stat`, 'utf8')
      if (one === pid || Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid) process.kill(one, name)
    } catch {}
  }
}

onPostgres('a PostgreSQL that stands still', (server) => {
  test('is told as unavailable by every read and change within some seconds, and is used again when it goes on', { timeout: 40_000 }, async () => {
    const { sql: store, close } = await openPostgres({ url: server.url(), schema: 'still', migrations, world: realWorld(), checked: true, connections: 4 })
    const change = (n: number) => store.write({ statements: [sql`insert into one (id, n) values (${String(n)}, ${n})`], events: [] })
    const read = () => store.read(Row, sql`select n from one order by n limit 1`)
    await change(0)
    await read()
    signal(server.pid(), 'SIGSTOP')
    try {
      // More than there are connections: some wait for one.
      const asked = await Promise.allSettled(Array.from({ length: 8 }, (_, n) => [change(n + 1), read()]).flat())
      for (const one of asked) assert.equal(one.status === 'rejected' && one.reason.code, 'unavailable')
    } finally {
      signal(server.pid(), 'SIGCONT')
    }
    // What was under way may have been done.
    assert.deepEqual(await read(), [{ n: 0 }])
    assert.equal((await change(100)).ok, true)
    await close()
  })
})

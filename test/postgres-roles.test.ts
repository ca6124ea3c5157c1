import assert from 'node:assert/strict'
import { test } from 'node:test'
import { everyModule } from '../modules/modules.ts'
import { onPostgres } from './servers.ts'
import { testWorld } from './world.ts'
import { connectTo } from '../src/databases/postgres/client.ts'
import { openPostgres } from '../src/databases/postgres/open.ts'

const onIt = everyModule.flatMap(({ contract: { name }, stores }) => (stores.postgres === undefined ? [] : [{ name, migrations: stores.postgres.migrations }]))

onPostgres('a role of each module\'s own', (server) => {
  test('is enough with nothing but its schema, and reads nothing of another\'s', async () => {
    const database = await server.database()
    const admin = await connectTo({ url: database, schema: 'public', connections: 1 })
    const schemaOf = (module: string) => `mercado_${module}`
    const urlOf = (module: string) => Object.assign(new URL(database), { username: `${module}_role`, password: 'a password' }).href
    for (const { name } of onIt) {
      await admin.unsafe(`create role ${name}_role login password 'a password'; create schema ${schemaOf(name)} authorization ${name}_role`)
    }
    for (const { name, migrations } of onIt) {
      const { sql: store, close } = await openPostgres({ url: urlOf(name), schema: schemaOf(name), migrations, world: testWorld(), checked: true, connections: 2 })
      assert.equal((await store.write({ statements: [], events: [{ type: 'item.moved.v1', data: {} }] })).ok, true)
      assert.equal((await store.outbox.take(1, 1000)).length, 1)
      assert.ok((await Array.fromAsync(store.dump())).length > 1)
      await close()
    }
    for (const { name } of onIt) {
      const role = await connectTo({ url: urlOf(name), schema: schemaOf(name), connections: 1 })
      for (const other of onIt) if (other.name !== name) await assert.rejects(role.unsafe(`select * from ${schemaOf(other.name)}.outbox`), /permission denied for schema/)
      await assert.rejects(role.unsafe('create schema elsewhere'), /permission denied for database/)
      await role.end()
    }
    await admin.end()
  })
})

import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { DocumentReads, Documents } from '../databases/documents.ts'
import { openReadOnly as readDatabase } from '../databases/mongo/open.ts'
import { openReadOnly as readSchema } from '../databases/postgres/dump.ts'
import { openRedis } from '../databases/redis/open.ts'
import type { Row } from '../databases/sql.ts'
import { openReadOnly as readFile } from '../databases/sqlite/dump.ts'
import type { Module, Stores } from '../module/module.ts'
import { storesIn } from './backup.ts'
import { brokerRows } from './broker.ts'
import { refuseMoved } from './moved.ts'
import { type StoreServer, brokerOf, prefixOf, schemaOf, storesOf } from './servers.ts'
import type { Environment } from './settings.ts'
import { realWorld } from './world.ts'

/** A store that a command reads from outside, beside the shop. */
export interface Readable { name: string; dump(): AsyncIterable<Row> }

const refused = async (): Promise<never> => { throw new Error('This store was opened for reading only') }
/** Documents that a store may be opened on without changing any. */
const onlyRead = (reads: DocumentReads): Documents => ({
  ...reads, change: refused, insert: refused, steps: refused, remove: refused, keep: refused,
  outbox: { take: refused, published: refused, backlog: refused, arrived: refused },
})

async function* dumpOn(name: string, stores: Stores<unknown>, server: StoreServer): AsyncGenerator<Row> {
  const world = realWorld()
  const { url } = server
  if (server.on === 'postgres') yield* readSchema({ url, schema: schemaOf(name) }).dump()
  else if (server.on === 'mongo' && stores.mongo !== undefined) {
    const { documents, close } = await readDatabase({ url, database: schemaOf(name), collections: stores.mongo.collections, world })
    try {
      yield* stores.mongo.open(onlyRead(documents), null).dump()
    } finally {
      await close()
    }
  } else if (server.on === 'redis' && stores.redis !== undefined) {
    const { keys, close } = await openRedis({ url, prefix: prefixOf(name), world })
    try {
      yield* stores.redis.open(keys).dump()
    } finally {
      await close()
    }
  }
}

/** The folders that stores may be in: the shop's own, and those of its services where they run side by side. */
const foldersOf = (folder: string): string[] => {
  const services = join(folder, 'services')
  return [folder, ...(existsSync(services) ? readdirSync(services).sort().map((name) => join(services, name)) : [])]
}

/** Every store of a shop with this data folder and these settings, the queues of events first. */
export const readableStores = (modules: readonly Module[], env: Environment, folder: string): Readable[] => {
  const served = modules.flatMap((module): Readable[] => {
    const { stores: all } = storesOf(module, env)
    return all.flatMap(({ name, stores, server }) => (server === null ? [] : [{ name, dump: () => dumpOn(name, stores, server) }]))
  })
  if (brokerOf(modules, env).url !== undefined) served.unshift({ name: 'bus', dump: () => brokerRows(modules, env) })
  const elsewhere = new Set(served.map(({ name }) => name))
  const files = foldersOf(folder).flatMap(storesIn).map((path) => ({ name: basename(path, '.db'), dump: () => readFile(path).dump() })).filter(({ name }) => !elsewhere.has(name))
  refuseMoved(folder, files.map(({ name }) => name))
  return [...files, ...served]
}

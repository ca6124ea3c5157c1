import { placeOf as placeInMongo } from '../../src/databases/mongo/client.ts'
import { emptyCollections } from '../../src/databases/mongo/empty.ts'
import { placeOf as placeInPostgres } from '../../src/databases/postgres/client.ts'
import { emptySchema } from '../../src/databases/postgres/empty.ts'
import { placeOf as placeInRedis } from '../../src/databases/redis/client.ts'
import { emptyPrefix } from '../../src/databases/redis/empty.ts'
import type { Portable } from '../../src/databases/sql.ts'
import type { Module, Stores } from '../../src/module/module.ts'
import type { Container } from '../../src/process/container.ts'
import { type StoreServer, prefixOf, schemaOf, storesOf } from '../../src/process/servers.ts'
import type { Environment } from '../../src/process/settings.ts'
import { openStore } from '../../src/process/stores.ts'

/** A store that is to move, and where to. */
export interface Moved {
  name: string
  stores: Stores<unknown>
  server: StoreServer
  /** For a person: where on the server, without a password. */
  to: string
}

const placeOf = (name: string, { on, url }: StoreServer): string => {
  switch (on) {
    case 'postgres': return placeInPostgres(url, schemaOf(name))
    case 'mongo': return placeInMongo({ url, database: schemaOf(name) })
    case 'redis': return `the keys ${prefixOf(name)}* of ${placeInRedis(url)}`
  }
}

/** A module's store and those beside it, with the servers that they go to. */
export const movedOf = (module: Module, env: Environment): Moved[] =>
  storesOf(module, env).stores.flatMap(({ name, stores, server }) => (server === null ? [] : [{ name, stores, server, to: placeOf(name, server) }]))

export interface Target extends Portable { empty(): Promise<void> }

/** Opens the store on its server, as the shop will. */
export const openTarget = async (container: Container, { name, stores, server }: Moved): Promise<Target> => {
  const { store } = await openStore(container, name, stores, server)
  const { url } = server
  const empty = {
    postgres: () => emptySchema({ url, schema: schemaOf(name) }),
    mongo: () => emptyCollections({ url, database: schemaOf(name) }, (stores.mongo?.collections ?? []).map((collection) => collection.name)),
    redis: () => emptyPrefix({ url, prefix: prefixOf(name) }),
  }
  return { dump: () => store.dump(), load: (rows) => store.load(rows), empty: empty[server.on] }
}

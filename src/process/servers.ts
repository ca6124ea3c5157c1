import { basename } from 'node:path'
import { Type } from '@sinclair/typebox'
import { openReadOnly as readSchema } from '../databases/postgres/dump.ts'
import type { Row } from '../databases/sql.ts'
import { openReadOnly as readFile } from '../databases/sqlite/dump.ts'
import type { Module } from '../module/module.ts'
import { storesIn } from './backup.ts'
import { processSettings } from './process-settings.ts'
import { type Environment, type Problem, readSettings } from './settings.ts'

/** The server that a module's data is on. */
export interface PostgresServer { url: string; connections: number }

const settings = Type.Pick(processSettings, ['postgresUrl', 'postgresConnections'])

/** The server of a module that has one: its own setting goes before the shared one. */
export const serverOf = ({ contract, stores }: Module, env: Environment): { server: PostgresServer | null; problems: readonly Problem[] } => {
  if (stores.postgres === undefined) return { server: null, problems: [] }
  const { settings: { postgresUrl: url, postgresConnections: connections }, problems } = readSettings(settings, env, contract.name)
  return { server: url === undefined || problems.length > 0 ? null : { url, connections }, problems }
}

/** The schema of a store, by the name that its file would have. */
export const schemaOf = (store: string): string => `mercado_${store.replaceAll('-', '_')}`

/** A store that a command reads from outside, beside the shop. */
export interface Readable { name: string; dump(): AsyncIterable<Row> }

/** Every store of a shop with this data folder and these settings, the queues of events first. */
export const readableStores = (modules: readonly Module[], env: Environment, folder: string): Readable[] => {
  const served = modules.flatMap((module): Readable[] => {
    const { server } = serverOf(module, env)
    if (server === null) return []
    const names = [module.contract.name, ...Object.keys(module.beside ?? {}).map((name) => `${module.contract.name}-${name}`)]
    return names.map((name) => ({ name, dump: () => readSchema({ url: server.url, schema: schemaOf(name) }).dump() }))
  })
  const elsewhere = new Set(served.map(({ name }) => name))
  const files = storesIn(folder).map((path) => ({ name: basename(path, '.db'), dump: () => readFile(path).dump() }))
  return [...files.filter(({ name }) => !elsewhere.has(name)), ...served]
}

import { type Static, Type } from '@sinclair/typebox'
import type { Module, Stores } from '../module/module.ts'
import { processSettings } from './process-settings.ts'
import { type Environment, type Problem, readSettings, settingNamed, variableName } from './settings.ts'

/** A server's URL, and the variable that it stands in. */
export interface Named { url: string; setting: string }
/** The server that a module's data is on. */
export type StoreServer = (
  | Named & { on: 'postgres'; connections: number }
  | Named & { on: 'mongo'; /** The Redis that its instances remember reads in. */ cache: Named | null }
  | Named & { on: 'redis' }
) & { /** How long it is waited for at the start. */ waitMs: number }
/** A store by the name that its file would have, and the server it is on. */
export interface PlacedStore { name: string; stores: Stores<unknown>; server: StoreServer | null }

const settings = Type.Pick(processSettings, ['postgresUrl', 'postgresConnections', 'mongoUrl', 'redisUrl', 'serverWaitMs'])

/** The setting that names each kind of server. */
const urlSetting = { postgres: 'postgresUrl', mongo: 'mongoUrl', redis: 'redisUrl' } as const
/** The kind that a module's data can be on, where there is any. */
const engineOf = (stores: Stores<unknown>): StoreServer['on'] | undefined => (['postgres', 'mongo', 'redis'] as const).find((one) => stores[one] !== undefined)

/** The variable that would say where a module's data are, where they can be on a server. */
export const urlVariableOf = (stores: Stores<unknown>): string | null => {
  const engine = engineOf(stores)
  return engine === undefined ? null : variableName(urlSetting[engine])
}

/** The server of a module that has one: its own setting goes before the shared one. `read` is what the settings say besides. */
export const serverOf = ({ contract: { name }, stores }: Module, env: Environment): { server: StoreServer | null; problems: readonly Problem[]; read: Static<typeof settings> } => {
  const { settings: read, problems } = readSettings(settings, env, name)
  const { postgresConnections: connections, serverWaitMs: waitMs } = read
  const named = (on: StoreServer['on']): Named | null => {
    const url = read[urlSetting[on]]
    return url === undefined ? null : { url, setting: settingNamed(urlSetting[on], env, name) }
  }
  const on = engineOf(stores)
  const where = on === undefined || problems.length > 0 ? null : named(on)
  if (on === undefined || where === null) return { server: null, problems, read }
  const place = { ...where, waitMs }
  return { problems, read, server: on === 'postgres' ? { on, ...place, connections } : on === 'mongo' ? { on, ...place, cache: named('redis') } : { on, ...place } }
}

/** A module's store and those beside it, which stand with it unless they have a database of their own. */
export const storesOf = (module: Module, env: Environment): { stores: readonly PlacedStore[]; problems: readonly Problem[] } => {
  const { contract: { name }, stores, beside = {} } = module
  const { server, problems, read: { postgresConnections: connections, serverWaitMs: waitMs } } = serverOf(module, env)
  const own = Object.entries(beside).map(([besideName, about]): PlacedStore => {
    const property = about.postgresSetting
    const url: unknown = property === undefined ? undefined : Reflect.get(readSettings(module.settings, env, name).settings, property)
    const apart = property !== undefined && typeof url === 'string'
    return {
      name: `${name}-${besideName}`, stores: about,
      server: apart ? { on: 'postgres', url, setting: settingNamed(property, env, name), connections, waitMs } : server,
    }
  })
  return { stores: [{ name, stores, server }, ...own], problems }
}

/** The broker of a process: a module that is alone in it may name its own. */
export const brokerOf = (modules: readonly Module[], env: Environment): { url: string | undefined; setting: string; problems: readonly Problem[] } => {
  const [alone, another] = modules
  const prefix = another === undefined ? alone?.contract.name : undefined
  const { settings: { rabbitmqUrl }, problems } = readSettings(Type.Pick(processSettings, ['rabbitmqUrl']), env, prefix)
  return { url: rabbitmqUrl, setting: settingNamed('rabbitmqUrl', env, prefix), problems }
}

/**
 * Where a broker is, a module may have other instances, which see nothing of what one keeps in its own process: they would answer
 * by turns from two shops.
 */
export const unsharedStores = (modules: readonly Module[], placed: ReadonlyMap<string, readonly PlacedStore[]>, broker: { url: string | undefined; setting: string }): Problem[] =>
  (broker.url === undefined ? [] : modules).flatMap(({ contract: { name }, stores }) => {
    const variable = urlVariableOf(stores)
    if (variable === null || placed.get(name)?.[0]?.server !== null) return []
    return [{ name: variable, message: `is not set: with a broker (${broker.setting}) ${name} may have several instances, which must share its data; name its server, or leave out the broker where one process is the whole shop` }]
  })

/** What a store is called on its server, by the name that its file would have: its schema, its database. */
export const schemaOf = (store: string): string => `mercado_${store.replaceAll('-', '_')}`

/** What its keys begin with in Redis. */
export const prefixOf = (store: string): string => `mercado:${store}:`

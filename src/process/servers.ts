import { Type } from '@sinclair/typebox'
import type { Module } from '../module/module.ts'
import { processSettings } from './process-settings.ts'
import { type Environment, type Problem, readSettings, settingNamed } from './settings.ts'

/** A server's URL, and the variable that it stands in. */
export interface Named { url: string; setting: string }
/** The server that a module's data is on. */
export type StoreServer =
  | Named & { on: 'postgres'; connections: number }
  | Named & { on: 'mongo'; /** The Redis that its instances remember reads in. */ cache: Named | null }
  | Named & { on: 'redis' }

const settings = Type.Pick(processSettings, ['postgresUrl', 'postgresConnections', 'mongoUrl', 'redisUrl'])

/** The server of a module that has one: its own setting goes before the shared one. */
export const serverOf = ({ contract: { name }, stores }: Module, env: Environment): { server: StoreServer | null; problems: readonly Problem[] } => {
  const { settings: { postgresUrl, postgresConnections: connections, mongoUrl, redisUrl }, problems } = readSettings(settings, env, name)
  const named = (property: keyof typeof settings.properties, url: string): Named => ({ url, setting: settingNamed(property, env, name) })
  const found = (): StoreServer | null => {
    if (stores.postgres !== undefined && postgresUrl !== undefined) return { on: 'postgres', ...named('postgresUrl', postgresUrl), connections }
    if (stores.mongo !== undefined && mongoUrl !== undefined) {
      return { on: 'mongo', ...named('mongoUrl', mongoUrl), cache: redisUrl === undefined ? null : named('redisUrl', redisUrl) }
    }
    return stores.redis !== undefined && redisUrl !== undefined ? { on: 'redis', ...named('redisUrl', redisUrl) } : null
  }
  return { server: problems.length > 0 ? null : found(), problems }
}

/** The broker of a process: a module that is alone in it may name its own. */
export const brokerOf = (modules: readonly Module[], env: Environment): { url: string | undefined; setting: string; problems: readonly Problem[] } => {
  const [alone, another] = modules
  const prefix = another === undefined ? alone?.contract.name : undefined
  const { settings: { rabbitmqUrl }, problems } = readSettings(Type.Pick(processSettings, ['rabbitmqUrl']), env, prefix)
  return { url: rabbitmqUrl, setting: settingNamed('rabbitmqUrl', env, prefix), problems }
}

/** What a store is called on its server, by the name that its file would have: its schema, its database. */
export const schemaOf = (store: string): string => `mercado_${store.replaceAll('-', '_')}`

/** What its keys begin with in Redis. */
export const prefixOf = (store: string): string => `mercado:${store}:`

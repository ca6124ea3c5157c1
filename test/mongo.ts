import { type TestContext, before } from 'node:test'
import { mongo } from '../deploy/local/mongo.ts'
import type { Server } from '../deploy/local/server.ts'
import type { Collection } from '../src/databases/documents.ts'
import { type Place, connectTo } from '../src/databases/mongo/client.ts'
import { type MongoOptions, type OpenDocuments, openMongo } from '../src/databases/mongo/open.ts'
import { type Abilities, abilitiesSaid, probe } from '../src/databases/mongo/probe.ts'
import { type RunningServer, onServers } from './servers.ts'

const named = process.env['MONGO_URL'] ?? ''
/** Whether tests may end the server: the one that MONGO_URL names belongs to somebody else. */
export const isOwnMongo = named === ''

/** The MongoDB that tests stand on: the one that MONGO_URL names, else one of a test file alone. */
export const mongoServer: Server = isOwnMongo ? mongo : {
  ...mongo,
  missing: () => null,
  up: async () => named,
  down: async () => {},
  url: () => null,
  pid: () => { throw new Error('The MongoDB that MONGO_URL names is not ended by tests') },
}

let databases = 0
/** A database that nothing else uses. */
export const newPlace = (url: string): Place => {
  const database = `mercado_test_${process.pid}_${Date.now()}_${++databases}`
  return { url: url.replace(/^(mongodb(?:\+srv)?:\/\/[^/?]*)(?:\/[^?]*)?/, `$1/${database}`), database }
}
export const dropped = async (place: Place): Promise<void> => {
  const { client, db } = await connectTo({ ...place, connections: 1 })
  await db.dropDatabase().finally(() => client.close())
}

const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** A MongoDB of a test file, or the one that is named. */
export interface TestMongo extends RunningServer {
  /** A store in a database of its own, which its closing drops. */
  openMongo(collections: readonly Collection[], world: MongoOptions['world']): Promise<OpenDocuments & { place: Place }>
  /** Kills it; resolves when it is gone. */
  end(): Promise<void>
  /** Skips a case that needs what this server is without, and says so. */
  needs(t: TestContext, ...abilities: (keyof Omit<Abilities, 'server'>)[]): boolean
}

const lacks: Readonly<Record<keyof Omit<Abilities, 'server'>, string>> = {
  atomic: 'its changes of one document are not atomic', durable: 'what it answered does not outlast its process, or it may not be ended',
  validators: 'it has no validators', explains: 'it explains no query',
}

/** Cases that stand on a MongoDB; what it can do is found out and printed before them. */
export const onMongo = (name: string, cases: (server: TestMongo) => void | Promise<void>): void =>
  onServers(name, [mongoServer], async ([running]) => {
    if (running === undefined) return
    const end = async () => {
      const pid = running.pid()
      process.kill(pid, 'SIGKILL')
      while (isThere(pid)) await new Promise(setImmediate)
    }
    const strike = async () => {
      await end()
      await running.again()
    }
    let abilities: Abilities | undefined
    before(async () => {
      abilities = await probe({ ...newPlace(running.url()), ...isOwnMongo && { strike } })
      console.log(abilitiesSaid(abilities))
    })
    await cases({
      ...running, end,
      needs(t, ...wanted) {
        const missing = wanted.filter((one) => abilities?.[one] !== true)
        if (missing.length > 0) t.skip(`not run there: of this server, ${missing.map((one) => lacks[one]).join(', and ')}`)
        return missing.length === 0
      },
      async openMongo(collections, world) {
        const place = newPlace(running.url())
        const opened = await openMongo({ ...place, collections, world, checked: true })
        let closing: Promise<void> | undefined
        return { ...opened, place, close: () => closing ??= opened.close().then(() => dropped(place)) }
      },
    })
  })

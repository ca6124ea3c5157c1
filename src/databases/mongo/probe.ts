import { type Place, connectTo } from './client.ts'

/** What a server can do of what the shop stands on. */
export interface Abilities {
  /** Its own version, and what it is. */
  server: string
  /** Of many guarded changes of one document at the same time exactly those hold that may. */
  atomic: boolean
  /** What it answered outlasts its process. Null where it was not ended to see. */
  durable: boolean | null
  /** It refuses a document that its collection's validator refuses. */
  validators: boolean
  /** It says that it finds a document by an index. */
  explains: boolean
}
export interface ProbeOptions extends Place { /** Kills its process, and starts it again. */ strike?: () => Promise<void> }

const writers = 32
const changesEach = 10
const stock = 100

const isRefused = (asking: Promise<unknown>): Promise<boolean> => asking.then(() => false, () => true)

/** Finds out by trying, in a database that it makes and drops. */
export const probe = async ({ strike, ...place }: ProbeOptions): Promise<Abilities> => {
  const { client, db } = await connectTo({ ...place, connections: writers })
  try {
    const stocks = db.collection<{ _id: string; left: number }>('stock')
    const guarded = async () => {
      await stocks.insertOne({ _id: 'one', left: stock })
      const met = await Promise.all(Array.from({ length: writers }, async () => {
        let own = 0
        for (let each = 0; each < changesEach; each++) if (await stocks.findOneAndUpdate({ _id: 'one', left: { $gte: 1 } }, { $inc: { left: -1 } })) own++
        return own
      }))
      return met.reduce((sum, one) => sum + one, 0) === stock && (await stocks.findOne({ _id: 'one' }))?.left === 0
    }
    /** Ends it while many write, and looks for what it had answered. */
    const outlasts = async (): Promise<boolean | null> => {
      if (strike === undefined) return null
      const answered: string[] = []
      let striking: Promise<void> | undefined
      await Promise.all(Array.from({ length: writers }, async (_, writer) => {
        for (let each = 0; striking === undefined; each++) {
          const _id = `${writer} ${each}`
          if (await isRefused(stocks.insertOne({ _id, left: 0 }))) return
          answered.push(_id)
          if (answered.length === writers * changesEach) striking = strike()
        }
      }))
      await striking
      const kept = new Set((await stocks.find({ left: 0 }, { projection: { _id: 1 } }).toArray()).map(({ _id }) => _id))
      return answered.every((_id) => kept.has(_id))
    }
    const validates = async () => {
      await db.createCollection('held', { validator: { $jsonSchema: { bsonType: 'object', required: ['name'] } } })
      return await isRefused(db.collection('held').insertOne({ other: 1 }))
    }
    const explains = async () => {
      await stocks.createIndex({ left: 1 })
      return JSON.stringify(await stocks.find({ left: 1 }).explain('queryPlanner').catch(() => null)).includes('IXSCAN')
    }
    const info = await db.admin().buildInfo()
    const isOwn = info['gitVersion'] !== undefined
    return {
      server: `${isOwn ? 'MongoDB' : 'a server that is not MongoDB, of version'} ${info['version']}`,
      atomic: await guarded(), durable: await outlasts(), validators: await validates(), explains: await explains(),
    }
  } finally {
    await db.dropDatabase().catch(() => {})
    await client.close()
  }
}

/** The same, for a person to read. */
export const abilitiesSaid = ({ server, atomic, durable, validators, explains }: Abilities): string => {
  const said = (what: string, can: boolean | null) => `${what}: ${can === null ? 'not tried' : can ? 'yes' : 'no'}`
  return [
    `The tests' MongoDB is ${server}`, said('atomic guarded changes', atomic), said('outlasts a kill', durable), said('validators', validators),
    said('explains its indexes', explains),
  ].join('; ')
}

import type { Db } from 'mongodb'
import type { EventType, Heard } from '../../contract/event.ts'
import type { World } from '../../module/world.ts'
import { arrivals } from '../arrivals.ts'
import type { Collection, Tells } from '../documents.ts'
import type { Outbox } from '../sql.ts'
import type { Call } from './calls.ts'

/** Documents that carry events of another place: all they are is gone with them. */
export const keptName = 'told'
/** `data` is JSON text: every server then gives back what it was given. */
interface Waiting { id: string; type: EventType; time: string; trace: string; data: string; leasedUntil: number; lease?: string }
interface Carrier { _id: string; outbox?: Waiting[] }

/** Met by documents that carry any; an index of only those finds them. */
const carrying = { 'outbox.id': { $gt: '' } }
const atOnce = 500
const windows = 10
/** Less than a relay waits between two looks of its own accord: each of those is one at everything. */
const lookAtAllMs = 5000
const heard = ({ id, type, time, trace, data }: Waiting): Heard => ({ id, type, time, trace, data: JSON.parse(data) })
const waitingOf = ({ id, type, time, trace, data }: Heard): Waiting => ({ id, type, time, trace, data: JSON.stringify(data), leasedUntil: 0 })
const byId = (one: { id: string }, other: { id: string }): number => (one.id < other.id ? -1 : 1)

export interface Events {
  readonly outbox: Outbox
  /** What a document's `outbox` is given with a change. */
  waiting(tells: Tells): Waiting[]
  /** After a change of this collection that told something. */
  committed(name: string): void
  told(): AsyncIterable<Heard>
  keep(events: readonly Heard[]): Promise<void>
  /** At the start: events may wait that were not told here. */
  look(): Promise<void>
}

/** The collections of a store whose documents carry events. */
export const carriersIn = (collections: readonly Collection[]): string[] => {
  const telling = collections.filter(({ tells }) => tells).map(({ name }) => name)
  return telling.length > 0 ? [...telling, keptName] : []
}

/** All events that wait in a database. */
export async function* toldIn(db: Pick<Db, 'collection'>, call: Call, carriers: readonly string[]): AsyncGenerator<Heard> {
  for (const name of carriers) {
    const carriersOf = db.collection<Carrier>(name)
    for (let after: string | undefined, full = true; full;) {
      const filter = after === undefined ? carrying : { ...carrying, _id: { $gt: after } }
      const page = await call('read', name, () => carriersOf.find(filter, { sort: { _id: 1 }, limit: atOnce, projection: { outbox: 1 } }).toArray())
      for (const { outbox = [] } of page) yield* outbox.map(heard)
      full = page.length === atOnce
      after = page.at(-1)?._id
    }
  }
}

/**
 * The events that documents carry until they are published. Who tells an event publishes it: its own relay is woken after
 * the change, without asking the server. What another instance left behind is found by the relay's regular look.
 */
export const eventsIn = (db: Pick<Db, 'collection'>, world: Pick<World, 'now' | 'id'>, call: Call, carriers: readonly string[]): Events => {
  const { wake, more, arrived } = arrivals()
  /** Where this process told something since it last looked. */
  const told = new Set<string>()
  let lookedAtAll = -Infinity
  /** Where an event lies that was taken here, until it is published. */
  const places = new Map<string, { name: string; _id: string; leasedUntil: number }>()
  const each = async <T>(kind: 'read' | 'commit', ask: (name: string) => Promise<T>, names = carriers): Promise<T[]> =>
    Promise.all(names.map((name) => call(kind, name, () => ask(name))))

  /** The oldest that nobody has, and where they are. */
  const free = async (names: readonly string[], limit: number, now: number) => {
    const filter = { ...carrying, outbox: { $elemMatch: { leasedUntil: { $lte: now } } } }
    const found = await each('read', async (name) => {
      // The index gives the oldest first, but no server sorts by it what lies in lists: of a long backlog only so many are looked at.
      const documents = await db.collection(name).aggregate<Carrier>([
        { $match: filter }, { $limit: windows * limit }, { $sort: { 'outbox.id': 1 } }, { $limit: limit }, { $project: { outbox: 1 } },
      ]).toArray()
      return documents.flatMap(({ _id, outbox = [] }) => outbox.filter(({ leasedUntil }) => leasedUntil <= now).map(({ id }) => ({ name, _id, id })))
    }, names)
    return found.flat().sort(byId).slice(0, limit)
  }
  /** Takes those of them that still nobody has: each document for itself, and what was taken bears this lease's name. */
  const leased = async (wanted: Awaited<ReturnType<typeof free>>, now: number, leaseMs: number): Promise<Waiting[]> => {
    const lease = world.id()
    const taken = await Promise.all([...new Set(wanted.map(({ name }) => name))].map(async (name) => {
      const here = wanted.filter((one) => one.name === name)
      const documents = { _id: { $in: [...new Set(here.map(({ _id }) => _id))] } }
      await call('commit', name, () => db.collection<Carrier>(name).updateMany(documents,
        // What decides is set last: a server may look for each path anew.
        { $set: { 'outbox.$[free].lease': lease, 'outbox.$[free].leasedUntil': now + leaseMs } },
        { arrayFilters: [{ 'free.id': { $in: here.map(({ id }) => id) }, 'free.leasedUntil': { $lte: now } }] }))
      const after = await call('read', name, () => db.collection<Carrier>(name).find(documents, { projection: { outbox: 1 } }).toArray())
      return after.flatMap(({ outbox = [] }) => outbox.filter((one) => one.lease === lease))
    }))
    return taken.flat()
  }

  const outbox: Outbox = {
    arrived,
    async take(limit, leaseMs) {
      const begunAt = world.now()
      const late = [...places].filter(([, { leasedUntil }]) => leasedUntil <= begunAt)
      for (const [id] of late) places.delete(id)
      const all = late.length > 0 || Math.abs(begunAt - lookedAtAll) >= lookAtAllMs
      const names = all ? carriers : [...told]
      told.clear()
      const taken: Waiting[] = []
      try {
        for (let isMore = true; isMore;) {
          const now = world.now()
          const missing = limit - taken.length
          const wanted = await free(names, missing, now)
          const got = wanted.length > 0 ? await leased(wanted, now, leaseMs) : []
          taken.push(...got)
          // Another relay was sooner with some: then there may be others.
          isMore = got.length < wanted.length && wanted.length === missing
          for (const { name, _id, id } of wanted) if (got.some((one) => one.id === id)) places.set(id, { name, _id, leasedUntil: now + leaseMs })
        }
      } catch (error) {
        for (const name of names) told.add(name)
        throw error
      }
      if (all) lookedAtAll = begunAt
      if (taken.length === limit) {
        for (const name of names) told.add(name)
        more()
      }
      return taken.sort(byId).map(heard)
    },
    async published(ids) {
      if (ids.length === 0) return
      const known = ids.flatMap((id) => places.get(id) ?? [])
      const names = known.length < ids.length ? carriers : carriers.filter((name) => known.some((one) => one.name === name))
      await each('commit', async (name) => {
        const documents = db.collection<Carrier>(name)
        const here = known.length < ids.length ? {} : { _id: { $in: [...new Set(known.filter((one) => one.name === name).map(({ _id }) => _id))] } }
        if (name === keptName) await documents.deleteMany({ _id: { $in: [...ids] } })
        else await documents.updateMany({ ...here, 'outbox.id': { $in: [...ids] } }, { $pull: { outbox: { id: { $in: [...ids] } } } })
      }, names)
      for (const id of ids) places.delete(id)
    },
    async backlog() {
      const waiting = await each('read', (name) => db.collection(name).aggregate<{ count: number; oldest: string }>([
        { $match: carrying }, { $unwind: '$outbox' }, { $group: { _id: null, count: { $sum: 1 }, oldest: { $min: '$outbox.time' } } },
      ]).toArray())
      const oldest = waiting.flat().map((one) => one.oldest).sort()[0]
      return { count: waiting.flat().reduce((sum, one) => sum + one.count, 0), oldestMs: oldest === undefined ? 0 : Math.max(0, world.now() - Date.parse(oldest)) }
    },
  }

  return {
    outbox,
    waiting: ({ events, trace }) => events.map(({ type, data }) => {
      const id = world.id()
      return waitingOf({ id, type, time: new Date(world.now()).toISOString(), trace: trace ?? id.replaceAll('-', ''), data })
    }),
    committed(name) {
      told.add(name)
      wake()
    },
    told: () => toldIn(db, call, carriers),
    async keep(events) {
      if (carriers.length === 0 && events.length > 0) throw new TypeError('No collection of this store tells events')
      for (let at = 0; at < events.length; at += atOnce) {
        const documents = events.slice(at, at + atOnce).map((event): Carrier => ({ _id: event.id, outbox: [waitingOf(event)] }))
        await call('commit', keptName, () => db.collection<Carrier>(keptName).insertMany(documents))
      }
      if (events.length > 0) {
        told.add(keptName)
        wake()
      }
    },
    async look() {
      if ((await each('read', (name) => db.collection(name).findOne(carrying, { projection: { _id: 1 } }))).some((one) => one !== null)) wake()
    },
  }
}

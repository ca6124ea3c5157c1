import type { Static, TObject } from '@sinclair/typebox'
import type { Heard } from '../../../src/contract/event.ts'
import { arrivals } from '../../../src/databases/arrivals.ts'
import type { Collection, Document, Documents, Filter, ReadOptions, Step, Tells, Update } from '../../../src/databases/documents.ts'
import { rowsFit } from '../../../src/databases/rows-fit.ts'
import { type Outbox, Violation } from '../../../src/databases/sql.ts'
import type { World } from '../../../src/module/world.ts'
import { definite } from '../../../src/databases/mongo/definite.ts'
import { become, type Fields, only, plain } from './becomes.ts'
import { meets, valuesAt } from './meets.ts'
import { piped, sorted } from './piped.ts'

interface Waiting { event: Heard; leasedUntil: number }
interface Kept { document: Fields; outbox: Waiting[] }
type Shelf = Map<unknown, Kept>

export interface ModelOptions {
  collections: readonly Collection[]
  world: Pick<World, 'now' | 'id'>
  /** What may happen between two documents, wherever several are asked for or changed at once: nothing holds them together. */
  between?: () => Promise<void>
}

const atOnce = 500

/** A walk is one read after another. */
export const walkedBy = (read: Documents['read']): Documents['walk'] => async function* (shape, name, filter = {}) {
  for (let last: unknown, full = true; full;) {
    const page = await read(shape, name, last === undefined ? filter : { $and: [filter, { _id: { $gt: last } }] }, { sort: { _id: 1 }, limit: atOnce })
    yield* page
    full = page.length === atOnce
    last = Reflect.get(page.at(-1) ?? {}, '_id')
  }
}

/**
 * The port in memory, and no more than it promises: one document's change is atomic. It refuses what the port does not
 * name, and nothing that several documents are read or changed by is ever of one moment.
 */
export const documentsInMemory = ({ collections, world, between = async () => {} }: ModelOptions): Documents & { /** The same, at one moment: for who looks from outside. */ still: Documents } => {
  const about = new Map(collections.map((collection) => [collection.name, collection]))
  const shelves = new Map<string, Shelf>(collections.map(({ name }) => [name, new Map()]))
  const keptEvents: Shelf = new Map()
  const { wake, more, arrived } = arrivals()

  const shelfOf = (name: string): Shelf => {
    const shelf = shelves.get(name)
    if (shelf === undefined) throw new TypeError(`${name} is none of this store's collections`)
    return shelf
  }
  const waiting = (name: string, tells: Tells | undefined): Waiting[] => {
    if (tells !== undefined && !about.get(name)?.tells) throw new TypeError(`${name} tells no events`)
    return (tells?.events ?? []).map(({ type, data }) => {
      const id = world.id()
      const event: Heard = { id, type, time: new Date(world.now()).toISOString(), trace: tells?.trace ?? id.replaceAll('-', ''), data: structuredClone(data) }
      return { event, leasedUntil: 0 }
    })
  }
  const fitting = <S extends TObject>(shape: S, documents: unknown[], name: string): Static<S>[] => (rowsFit(shape, documents, true, [name]) ? documents : [])
  const shown = ({ document }: Kept, fields?: readonly string[]): Fields => (fields === undefined ? structuredClone(document) : only(document, fields))

  /** Puts a document where it belongs, unless a unique index has another. */
  const store = (name: string, kept: Kept): void => {
    const shelf = shelfOf(name)
    const id = kept.document['_id']
    for (const { fields, unique, present } of about.get(name)?.indexes ?? []) {
      if (!unique) continue
      const paths = Object.keys(fields)
      const keyOf = (document: Fields) => JSON.stringify(paths.map((path) => valuesAt(document, path)[0] ?? null))
      if (present && paths.some((path) => valuesAt(kept.document, path).length === 0)) continue
      const key = keyOf(kept.document)
      for (const [other, { document }] of shelf) {
        if (other !== id && keyOf(document) === key) throw new Violation('unique', paths.map((path) => `${name}.${path}`).join(', '))
      }
    }
    shelf.set(id, kept)
  }
  const make = (name: string, document: Document, tells: Tells | undefined): Kept => {
    const defined = Object.fromEntries(Object.entries(document).filter(([, value]) => value !== undefined))
    const shape = about.get(name)?.shape
    if (shape) fitting(shape, [defined], name)
    if (shelfOf(name).has(document['_id'])) throw new Violation('unique', `${name}._id`)
    const kept = { document: structuredClone(defined), outbox: waiting(name, tells) }
    store(name, kept)
    if (kept.outbox.length > 0) wake()
    return kept
  }
  const found = (name: string, filter: Filter): Kept | undefined => {
    const shelf = shelfOf(name)
    const id = filter['_id']
    // By its id where that is known, as a server does.
    if (typeof id === 'string') {
      const kept = shelf.get(id)
      return kept && meets(kept.document, filter) ? kept : undefined
    }
    for (const kept of shelf.values()) if (meets(kept.document, filter)) return kept
    return undefined
  }
  /** One document's change, in one step. */
  const change = (name: string, filter: Filter, update: Update, { upsert, tells }: { upsert?: true; tells?: Tells } = {}): { kept: Kept; isNew: boolean } | null => {
    const was = found(name, definite(filter))
    if (!was) return upsert ? { kept: make(name, become(plain(filter), update, true), tells), isNew: true } : null
    const told = waiting(name, tells)
    const kept = { document: become(was.document, update, false), outbox: [...was.outbox, ...told] }
    store(name, kept)
    if (told.length > 0) wake()
    return { kept, isNew: false }
  }

  const carriers = (): Kept[] => [...shelves.values(), keptEvents].flatMap((shelf) => [...shelf.values()])

  const outbox: Outbox = {
    arrived,
    async take(limit, leaseMs) {
      const now = world.now()
      const free = carriers().flatMap((one) => one.outbox).filter(({ leasedUntil }) => leasedUntil <= now)
      const taken = free.sort((one, other) => (one.event.id < other.event.id ? -1 : 1)).slice(0, limit)
      for (const one of taken) one.leasedUntil = now + leaseMs
      if (taken.length === limit) more()
      return taken.map(({ event }) => structuredClone(event))
    },
    async published(ids) {
      const done = new Set(ids)
      for (const one of carriers()) one.outbox = one.outbox.filter(({ event }) => !done.has(event.id))
      for (const id of ids) keptEvents.delete(id)
    },
    async backlog() {
      const all = carriers().flatMap((one) => one.outbox)
      const oldest = all.map(({ event }) => event.time).sort()[0]
      return { count: all.length, oldestMs: oldest === undefined ? 0 : Math.max(0, world.now() - Date.parse(oldest)) }
    },
  }

  const view = (between: () => Promise<void>): Documents => {
    const every = async (name: string, filter: Filter): Promise<Kept[]> => {
      definite(filter)
      const wanted = filter['_id']
      const shelf = shelfOf(name)
      const some: Kept[] = []
      for (const id of typeof wanted === 'string' ? [wanted] : [...shelf.keys()]) {
        const kept = shelf.get(id)
        if (!kept || !meets(kept.document, filter)) continue
        some.push(kept)
        await between()
      }
      return some
    }
    const documents: Documents = {
      async read<S extends TObject>(shape: S, name: string, filter: Filter, { sort, limit, fields }: ReadOptions = {}) {
        const all = await every(name, filter)
        const ordered = sort ? sorted(all.map((kept) => ({ ...kept.document, kept })), sort).map(({ kept }) => kept) : all
        return fitting(shape, ordered.slice(0, limit).map((kept) => shown(kept, fields)), name)
      },
      count: async (name, filter) => (await every(name, filter)).length,
      aggregate: async (shape, name, pipeline) => fitting(shape, piped((await every(name, {})).map((kept) => shown(kept)), pipeline.map(definite)), name),
      walk: (...asked) => walkedBy(documents.read)(...asked),
      async* told() {
        for (const { outbox: here } of carriers()) yield* here.map(({ event }) => structuredClone(event))
      },
      async change(shape, name, filter, update, { fields, ...options } = {}) {
        const done = change(name, filter, update, options)
        return done && (fitting(shape, [shown(done.kept, fields)], name)[0] ?? null)
      },
      async insert(name, all, tells) {
        for (const [index, document] of all.entries()) {
          if (index > 0) await between()
          make(name, document, index === all.length - 1 ? tells : undefined)
        }
      },
      async steps(name, steps: readonly Step[], { anyOrder = false } = {}) {
        const stepped = { met: 0, made: 0 }
        let refused: unknown = null
        for (const [index, step] of steps.entries()) {
          if (index > 0) await between()
          try {
            if ('insert' in step) {
              make(name, step.insert, step.tells)
              stepped.made++
            } else {
              const done = change(name, step.filter, step.update, step)
              if (done?.isNew) stepped.made++
              else if (done) stepped.met++
            }
          } catch (error) {
            if (!anyOrder || !(error instanceof Violation)) throw error
            refused ??= error
          }
        }
        if (refused !== null) throw refused
        return stepped
      },
      async remove(name, filter) {
        const gone = (await every(name, filter)).filter(({ document, outbox: waits }) => {
          const id = document['_id']
          const now = shelfOf(name).get(id)
          return waits.length === 0 && now !== undefined && meets(now.document, filter) && shelfOf(name).delete(id)
        })
        return gone.length
      },
      async keep(events) {
        for (const event of events) keptEvents.set(event.id, { document: { _id: event.id }, outbox: [{ event: structuredClone(event), leasedUntil: 0 }] })
        if (events.length > 0) wake()
      },
      outbox,
    }
    return documents
  }
  return { ...view(between), still: view(async () => {}) }
}

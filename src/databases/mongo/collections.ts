import { createHash } from 'node:crypto'
import type { Db, WithoutId } from 'mongodb'
import type { World } from '../../module/world.ts'
import type { Collection } from '../documents.ts'
import { indexName } from './refusal.ts'
import { validatorOf } from './validator.ts'

/** What the database remembers of itself. */
export const recordName = 'mercado'
const recordId = 'store'
interface Recorded { _id: string; /** Whose data it is. */ store: string; versions: Record<string, number>; shapes: Record<string, string> }

const tries = 8
const pauseMs = 50

const EXISTS = 48
const NO_SUCH_COMMAND = 59
const DUPLICATE = 11000
const unless = (...codes: number[]) => (error: unknown): void => {
  if (!(error instanceof Error && 'code' in error && codes.some((code) => error.code === code))) throw error
}

const versionOf = ({ version = 1 }: Collection): number => version
const checksum = (collection: Collection): string => createHash('sha256').update(JSON.stringify(validatorOf(collection))).digest('hex')
const byName = <T>(collections: readonly Collection[], of: (collection: Collection) => T): Record<string, T> =>
  Object.fromEntries(collections.map((collection) => [collection.name, of(collection)]))

/** Refuses a database that newer code wrote, and another module's. */
const check = (recorded: WithoutId<Recorded>, store: string, where: string, collections: readonly Collection[]): void => {
  if (recorded.store !== store) throw new Error(`${where} holds the data of ${recorded.store}: give ${store} a database of its own`)
  const known = byName(collections, versionOf)
  for (const [name, version] of Object.entries(recorded.versions)) {
    if (version <= (known[name] ?? 0)) continue
    throw new Error(`${where} is newer than this version of Mercado: its collection ${name} has version ${version}, which is unknown here. `
      + 'Start the version that wrote it, or a newer one.')
  }
}

/** Every validator and index as declared. Each step does nothing where it was done, so that any number may do it at once. */
const make = async (db: Db, { name, indexes, ...about }: Collection, there: ReadonlySet<string>, isKnown: boolean): Promise<void> => {
  const validator = validatorOf(about)
  if (!there.has(name)) await db.createCollection(name, { validator }).catch(unless(EXISTS))
  // Servers without validators do not know the command either.
  if (there.has(name) && !isKnown) await db.command({ collMod: name, validator }).catch(unless(NO_SUCH_COMMAND))
  const outbox = { key: { 'outbox.id': 1 }, name: 'outbox.id_1', partialFilterExpression: { 'outbox.id': { $exists: true } } } as const
  const wanted = indexes.map(({ fields, unique, present }) => ({
    key: { ...fields }, name: indexName(fields), ...unique && { unique }, ...present && { sparse: true },
  }))
  const all = about.tells ? [...wanted, outbox] : wanted
  if (all.length > 0) await db.collection(name).createIndexes(all)
}

const prepareOnce = async (db: Db, store: string, where: string, collections: readonly Collection[]): Promise<void> => {
  const records = db.collection<Recorded>(recordName)
  const before = await records.findOne({ _id: recordId })
  if (before !== null) check(before, store, where, collections)
  const there = new Set((await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name))
  if (!there.has(recordName)) await db.createCollection(recordName).catch(unless(EXISTS))
  const shapes = byName(collections, checksum)
  await Promise.all(collections.map((collection) => make(db, collection, there, before?.shapes[collection.name] === shapes[collection.name])))

  const write = () => records.findOneAndUpdate({ _id: recordId }, {
    $setOnInsert: { store },
    $max: Object.fromEntries(collections.map((collection) => [`versions.${collection.name}`, versionOf(collection)])),
    $set: Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [`shapes.${name}`, shape])),
  }, { upsert: true, returnDocument: 'after' })
  // Of two who make it at once one is refused, and finds it.
  const after = await write().catch(unless(DUPLICATE)) ?? await write()
  // Newer code may have opened it meanwhile.
  if (after !== null) check(after, store, where, collections)
}

/**
 * Brings a database up to its collections' declaration. Any number of processes may do so at once: where a server refuses
 * one for what another is making at that moment, it is done again, which by then finds most of it made.
 */
export const prepare = async (world: Pick<World, 'sleep'>, ...about: Parameters<typeof prepareOnce>): Promise<void> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await prepareOnce(...about)
    } catch (error) {
      if (attempt === tries || !(error instanceof Error && error.name === 'MongoServerError')) throw error
      await world.sleep(pauseMs * attempt)
    }
  }
}

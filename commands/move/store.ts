import { schemaTable } from '../../src/databases/sql.ts'
import type { Journal } from './journal.ts'
import { type Digest, differences, digestOf, rowsIn } from './digest.ts'
import type { Source } from './source.ts'
import type { Moved, Target } from './target.ts'

/** A store on its way: both its ends, and what it holds. */
export interface OnItsWay { moved: Moved; source: Source; target: Target; digest: Digest }
/** `moved`: it is there already. `clear`: what is there is this move's own and incomplete. */
export type Found = 'empty' | 'moved' | 'clear'

/** Nothing was loaded: somebody must decide. */
export class Refused extends Error {
  override readonly name = 'Refused'
}

const isEmpty = async (target: Target): Promise<boolean> => {
  for await (const { table } of target.dump()) if (table !== schemaTable) return false
  return true
}

/** Whether there is no row in the target but such as the source has too. A shop that was started on it would have made others. */
const holdsOnlyOurs = async ({ source, target }: OnItsWay): Promise<boolean> => {
  const names = new Set<string>()
  for await (const row of source.rows()) names.add(source.nameOf(row))
  for await (const row of target.dump()) if (row.table !== schemaTable && !names.has(source.nameOf(row))) return false
  return true
}

/** What stands where the store is to go. Throws where it is not this move's. */
export const examine = async (way: OnItsWay, journal: Journal): Promise<Found> => {
  const { moved: { name, to }, target, digest } = way
  const before = journal.known.stores[name]
  if (before !== undefined && before.to !== to) {
    throw new Refused(`${name} was begun to be moved to ${before.to}, and the settings say ${to}. Set them as they were, or empty what was begun there and delete moved.json`)
  }
  if (await isEmpty(target)) return 'empty'
  const there = `There are data in ${to}`
  if (before === undefined) throw new Refused(`${there}, and a shop moves into empty stores only: name another, or remove that one's data yourself`)
  const now = await digestOf(target.dump())
  if (differences(digest, now).length === 0) return 'moved'
  // Whole, as it was copied; the embedded shop has sold on since.
  if (before.state === 'done' && differences(before.tables, now).length === 0) return 'clear'
  if (before.state === 'loading' && await holdsOnlyOurs(way)) return 'clear'
  throw new Refused(`${there} that this move did not copy; it is left as it is. Remove it yourself if it is not needed`)
}

/** Copies it, compares what arrived, and remembers each step; answers how many rows. */
export const moveStore = async ({ moved: { name, to, server }, source, target, digest }: OnItsWay, found: Found, journal: Journal): Promise<number> => {
  if (found !== 'moved') {
    journal.store(name, { to, state: 'loading', tables: digest })
    if (found === 'clear') await target.empty()
    await target.load(source.rows())
    const wrong = differences(digest, await digestOf(target.dump()))
    // What is over and was not swept yet goes at once where keys end by themselves.
    const hint = server.on === 'redis' ? '; where the shop has been stopped for days, start it on the folder once more, so that it sweeps what is over, and stop it' : ''
    if (wrong.length > 0) throw new Error(`it did not arrive as it is: ${wrong.join('; ')}${hint}`)
  }
  journal.store(name, { to, state: 'done', tables: digest })
  return rowsIn(digest)
}

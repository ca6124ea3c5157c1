import { unavailable } from '../../../src/contract/faults.ts'
import type { Context } from '../../../src/module/context.ts'
import { mergedDestination, mergedLines } from '../rules/merge.ts'
import type { CartGiven } from '../settings.ts'
import type { Desk } from './desk.ts'
import { momentFor } from './visitor.ts'

const TRIES = 10

/** Puts a guest's cart into a user's. Looked at, decided, and stored only if neither changed meanwhile; else again. */
export const merging = ({ store, world, settings }: Pick<CartGiven, 'store' | 'world' | 'settings'>, { quote }: Desk) =>
  async ({ session, userId }: { session: string; userId: string }, context: Context): Promise<Record<never, never>> => {
    const owner = `user:${userId}` as const
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const guest = await store.find(`session:${session}`, world.now())
      if (guest === null) return {}
      const user = await store.find(owner, world.now())
      const quotes = await quote(guest.lines.map((line) => line.variantId), context)
      const { lines, notices } = mergedLines(user?.lines ?? [], guest.lines, quotes)
      const merged = await store.merge({
        guest: { id: guest.id, version: guest.version },
        user: { owner, id: user?.id ?? world.id(), version: user?.version ?? null },
        lines, notices, destination: mergedDestination(user?.destination ?? null, guest.destination),
        alias: guest.lines.length > 0, at: momentFor(owner, world, settings),
      })
      if (merged) return {}
    }
    throw unavailable('The cart changes too fast to be merged')
  }
export type Merging = ReturnType<typeof merging>

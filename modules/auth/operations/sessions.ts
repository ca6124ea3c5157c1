import { invalidCursor } from '../../../src/contract/faults.ts'
import { decodeCursor, encodeCursor } from '../../../src/module/cursor.ts'
import { callerOf } from '../accounts.ts'
import { sessionNotFound } from '../contract/faults.ts'
import type { Handlers, Parts } from '../parts.ts'

/** The id that a cursor of this list stands at; null for the first page. */
export const startOf = (binding: string, cursor: string | undefined): string | null => {
  if (cursor === undefined) return null
  const [id, ...more] = decodeCursor(binding, cursor)
  if (typeof id !== 'string' || more.length > 0) throw invalidCursor()
  return id
}

/** The items of one page and where the next begins, of one more row than the page holds. */
export const pageOf = <T extends { id: string }>(binding: string, rows: readonly T[], limit: number): { rows: readonly T[]; nextCursor: string | null } => {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { rows: page, nextCursor: rows.length > limit && last !== undefined ? encodeCursor(binding, [last.id]) : null }
}

export const sessions = ({ store, world, log }: Parts): Handlers<'sessions' | 'endSession'> => ({
  async sessions({ limit = 20, cursor }, context) {
    const { id, sid } = callerOf(context)
    const binding = `sessions ${id}`
    const found = await store.listSessions(id, world.now(), { after: startOf(binding, cursor), limit: limit + 1 })
    const { rows, nextCursor } = pageOf(binding, found, limit)
    const time = (ms: number) => new Date(ms).toISOString()
    return {
      items: rows.map((session) => ({
        id: session.id, device: session.device, address: session.address,
        createdAt: time(session.createdAt), lastUsedAt: time(session.lastUsedAt), current: session.id === sid,
      })),
      nextCursor,
    }
  },
  async endSession({ id: given }, context) {
    const { id: userId } = callerOf(context)
    const id = given.toLowerCase()
    if (!await store.endSession(id, userId, { events: [] })) throw sessionNotFound()
    log.info('session ended', { userId, sessionId: id, trace: context.trace })
    return {}
  },
})

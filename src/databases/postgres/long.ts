import type postgres from 'postgres'
import { type ClientOptions, connectTo } from './client.ts'
import { refusal } from './refusal.ts'

/** A connection that asks nothing more once it is lost. */
export type Long = Pick<postgres.Sql, 'unsafe'>

/** Opens a connection of its own for work that is longer than a change: a migration, a dump, a load. */
export const openLong = async (options: Omit<ClientOptions, 'connections' | 'closed'>): Promise<{ db: Long; end(): Promise<void> }> => {
  let open = true
  const client = await connectTo({ ...options, connections: 1, closed: () => { open = false } })
  try {
    await client.unsafe('select 1')
    const reserved = await client.reserve()
    const asked: Long['unsafe'] = (...query) => {
      // The driver would write to a connection that is no more.
      if (!open) throw refusal(Object.assign(new Error('The connection was lost'), { code: 'CONNECTION_CLOSED' }))
      return reserved.unsafe(...query)
    }
    return { db: { unsafe: asked }, end: () => client.end({ timeout: 0 }) }
  } catch (error) {
    await client.end({ timeout: 0 })
    throw error
  }
}

/** Does it in one transaction, held to no time. */
export const inTransaction = async <T>(options: Omit<ClientOptions, 'connections' | 'closed'>, use: (db: Long) => Promise<T>): Promise<T> => {
  const { db, end } = await openLong(options).catch((error: unknown) => { throw refusal(error) })
  try {
    await db.unsafe(unhurried('BEGIN'))
    const answer = await use(db)
    await db.unsafe('COMMIT')
    return answer
  } catch (error) {
    throw refusal(error)
  } finally {
    // Ends what is not committed too.
    await end()
  }
}

/** `begin` with a transaction's limits of time taken off. */
export const unhurried = (begin: string): string => `${begin}; SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0`

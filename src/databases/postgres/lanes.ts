import type postgres from 'postgres'
import { type ClientOptions, connectTo } from './client.ts'
import { isLost } from './refusal.ts'

export type Lane = postgres.ReservedSql
/** Connections for changes, one change on each at a time. */
export interface Lanes {
  /**
   * Sends a change over a connection of its own. `send` must send all of it before it awaits anything: once a connection is
   * lost nothing more of the change may go over the next one.
   */
  on<T>(send: (lane: Lane) => Promise<T>): Promise<T>
  end(): Promise<void>
}

/** Opens a lane when it is first needed, and again after its connection was lost. */
const openLane = async (options: Omit<ClientOptions, 'connections' | 'closed'>) => {
  let reserved: Lane | undefined
  const lost = () => { reserved = undefined }
  const client = await connectTo({ ...options, connections: 1, closed: lost })
  return {
    async on<T>(send: (lane: Lane) => Promise<T>): Promise<T> {
      if (reserved === undefined) {
        // The driver reserves an open connection only, and this opens it.
        await client.unsafe('select 1')
        reserved = await client.reserve()
      }
      try {
        return await send(reserved)
      } catch (error) {
        if (isLost(error)) lost()
        throw error
      }
    },
    async end() {
      reserved?.release()
      await client.end({ timeout: 2 })
    },
  }
}

/** At most `count` changes travel at once; the others wait their turn. */
export const openLanes = async (count: number, options: Omit<ClientOptions, 'connections' | 'closed'>): Promise<Lanes> => {
  const all = await Promise.all(Array.from({ length: count }, () => openLane(options)))
  // The one that was used last goes first, so that a quiet shop keeps few connections open.
  const free = [...all]
  const waiting: ((lane: (typeof all)[number]) => void)[] = []
  return {
    async on(send) {
      const lane = free.pop() ?? await new Promise<(typeof all)[number]>((resolve) => { waiting.push(resolve) })
      try {
        return await lane.on(send)
      } finally {
        const next = waiting.shift()
        if (next === undefined) free.push(lane)
        else next(lane)
      }
    },
    async end() { await Promise.all(all.map((lane) => lane.end())) },
  }
}

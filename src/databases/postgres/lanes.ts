import type postgres from 'postgres'
import { type Client, type ClientOptions, connectTo } from './client.ts'
import { type Deadlines, late as tooLate } from './in-time.ts'
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

/** Opens a lane when it is first needed, and again after its connection was lost or did not answer in time. */
const openLane = (options: Omit<ClientOptions, 'connections' | 'closed'>, { inTime }: Deadlines) => {
  let open: { client: Client; reserved: Lane | undefined } | undefined
  const reach = async (): Promise<Lane> => {
    if (open === undefined) {
      const lost = () => { if (open?.client === client) open.reserved = undefined }
      const client = await connectTo({ ...options, connections: 1, closed: lost })
      open = { client, reserved: undefined }
    }
    if (open.reserved === undefined) {
      const { client } = open
      // The driver reserves an open connection only, and this opens it.
      await client.unsafe('select 1')
      open.reserved = await client.reserve()
    }
    return open.reserved
  }
  const sent = async <T>(send: (lane: Lane) => Promise<T>, late: () => boolean): Promise<T> => {
    const lane = await reach()
    // Whoever asked has been told that it is unavailable.
    if (late()) throw tooLate()
    try {
      return await send(lane)
    } catch (error) {
      if (isLost(error) && open?.reserved === lane) open.reserved = undefined
      throw error
    }
  }
  return {
    on<T>(send: (lane: Lane) => Promise<T>): Promise<T> {
      let late = false
      return inTime(sent(send, () => late), () => {
        late = true
        void open?.client.end({ timeout: 0 })
        open = undefined
      })
    },
    async end() {
      open?.reserved?.release()
      await open?.client.end({ timeout: 2 })
    },
  }
}

/** At most `count` changes travel at once; the others wait their turn. */
export const openLanes = (count: number, options: Omit<ClientOptions, 'connections' | 'closed'>, deadlines: Deadlines): Lanes => {
  const all = Array.from({ length: count }, () => openLane(options, deadlines))
  // The one that was used last goes first, so that a quiet shop keeps few connections open.
  const free = [...all]
  const waiting = new Set<(lane: (typeof all)[number]) => void>()
  /** The one that waits longest is served first. */
  const turn = () => {
    const { promise, resolve } = Promise.withResolvers<(typeof all)[number]>()
    waiting.add(resolve)
    return deadlines.inTime(promise, () => waiting.delete(resolve))
  }
  return {
    async on(send) {
      const lane = free.pop() ?? await turn()
      try {
        return await lane.on(send)
      } finally {
        const [next] = waiting
        if (next === undefined) free.push(lane)
        else {
          waiting.delete(next)
          next(lane)
        }
      }
    },
    async end() { await Promise.all(all.map((lane) => lane.end())) },
  }
}

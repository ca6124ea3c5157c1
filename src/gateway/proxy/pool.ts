import { Connection, type Outgoing, type Place, type Receiver } from './connection.ts'

/** The connections to one instance. */
export interface Pool {
  /** Over a connection that is idle, or a new one (`fresh`: in any case); answers it, to be paused or closed. */
  send(outgoing: Outgoing, receiver: Receiver, fresh: boolean): Connection
  /** Closes what has been idle for long. */
  sweep(): void
  close(): void
}

/** Shorter than the 65 s after which a service closes an idle connection: who closes first must be this side. */
const IDLE_MS = 55_000

export const createPool = (place: Place): Pool => {
  const idle: Connection[] = []
  const open = new Set<Connection>()
  let closed = false

  const becameIdle = (connection: Connection): void => {
    if (closed) return connection.close(new Error('the gateway ends'))
    connection.idleSince = place.now()
    idle.push(connection)
  }
  const wasClosed = (connection: Connection): void => {
    open.delete(connection)
    const at = idle.lastIndexOf(connection)
    if (at !== -1) idle.splice(at, 1)
  }
  const isOld = ({ idleSince }: Connection): boolean => Math.abs(place.now() - idleSince) >= IDLE_MS
  const closeOld = (connection: Connection): void => connection.close(new Error('it was idle for long'))

  return {
    send(outgoing, receiver, fresh) {
      // The last one used first, so that those that are too many grow old.
      let connection = fresh ? undefined : idle.pop()
      if (connection !== undefined && isOld(connection)) {
        closeOld(connection)
        connection = undefined
      }
      if (connection === undefined) open.add(connection = new Connection(place, becameIdle, wasClosed))
      connection.send(outgoing, receiver)
      return connection
    },
    sweep() { for (const connection of idle.filter(isOld)) closeOld(connection) },
    close() {
      closed = true
      for (const connection of [...open]) connection.close(new Error('the gateway ends'))
    },
  }
}

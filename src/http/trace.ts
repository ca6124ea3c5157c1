import type { World } from '../module/world.ts'

const traceparent = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:$|-)/
const safeId = /^[\w.:+/=-]{1,128}$/
const ID_BYTES = 16
const POOL = 256

/** New trace ids (32 hex digits), drawn in bulk: a draw a request would cost more than all the rest of it here. */
export const traceIds = (world: World): (() => string) => {
  let pool = ''
  let at = 0
  return () => {
    if (at >= pool.length) {
      pool = Buffer.from(world.random(ID_BYTES * POOL)).toString('hex')
      at = 0
    }
    at += ID_BYTES * 2
    return pool.slice(at - ID_BYTES * 2, at)
  }
}

/** The trace that a W3C `traceparent` continues, or null where it is none (wrong length, all zero, version ff). */
export const continuedTrace = (header: string | null): string | null => {
  if (header === null) return null
  const [, trace = '', parent = ''] = traceparent.exec(header) ?? []
  return trace === '' || /^0+$/.test(trace) || /^0+$/.test(parent) || (header.startsWith('00') && header.length !== 55) ? null : trace
}

/** The flags of a `traceparent` that is one. */
export const flagsOf = (header: string | null): string | null => header?.slice(53, 55) ?? null

/** A client's own request id where it can safely be written to a header and a log. */
export const acceptedId = (header: string | null): string | null => (header !== null && safeId.test(header) ? header : null)

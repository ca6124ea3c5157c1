import { type Caller, type Context, makeContext } from '../module/context.ts'
import { nobody } from './caller.ts'
import type { Edge, Peer } from './edge.ts'
import { acceptedId, continuedTrace, flagsOf } from './trace.ts'

const MOST_DEVICE_CHARACTERS = 200

/** What is served: for labels, logs and access. */
export interface Served {
  module: string
  /** An operation's name, or `none`. */
  operation: string
  /** The route's template, which names no ids: logs tell it instead of the path. */
  route: string
  deadlineMs: number
  /** Whether the client address's general limit counts it. */
  counted: boolean
}

/** A request, what its listener knows of the client, its path as it was routed by, and the path's holes, decoded. */
export interface Asked { readonly request: Request; readonly peer: Partial<Peer>; readonly path: string; hole(name: string): string }

/** One request on its way through, and what became known of it. */
export class Exchange {
  readonly edge: Edge
  readonly served: Served
  readonly asked: Asked
  readonly request: Request
  readonly headers: Headers
  readonly trace: string
  /** Those of the trace that it continues; null where it begins one. */
  readonly traceFlags: string | null
  readonly requestId: string
  readonly address: string
  /** By the monotonic clock, for durations alone. */
  readonly startedAt = performance.now()
  readonly endsAt: number
  caller: Caller = nobody
  /** The client is still sending: running out of time is its fault then. */
  receiving = false
  /** RateLimit and RateLimit-Policy, once an operation's own limit has counted. */
  limits: Readonly<Record<string, string>> | null = null
  /** What its line in the log says besides. */
  noted: Readonly<Record<string, unknown>> | null = null

  constructor(edge: Edge, served: Served, asked: Asked) {
    this.edge = edge
    this.served = served
    this.asked = asked
    this.request = asked.request
    this.headers = asked.request.headers
    const parent = this.headers.get('traceparent')
    const continued = continuedTrace(parent)
    this.trace = continued ?? edge.newTrace()
    this.traceFlags = continued === null ? null : flagsOf(parent)
    this.requestId = acceptedId(this.headers.get('x-request-id')) ?? this.trace
    this.address = edge.addressOf(asked.peer.address ?? '', () => this.headers.get('x-forwarded-for'))
    this.endsAt = edge.world.now() + served.deadlineMs
  }

  /** What the handler sees. */
  context(key: string | null): Context {
    const { caller, trace, address, endsAt, edge: { world } } = this
    const device = (this.headers.get('user-agent') ?? '').slice(0, MOST_DEVICE_CHARACTERS)
    return makeContext({ caller, trace, leftMs: Math.max(0, endsAt - world.now()), key: key ?? undefined, client: { address, device }, world })
  }
}

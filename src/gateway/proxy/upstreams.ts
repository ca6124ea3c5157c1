import type { Answered } from '../../http/answer.ts'
import type { Exchange } from '../../http/exchange.ts'
import type { Log } from '../../module/log.ts'
import type { World } from '../../module/world.ts'
import type { UpstreamSettings } from './settings.ts'

/** What the proxy tells of itself, to be counted: by module, and by host where it is one's. */
export type Seen =
  | { is: 'asked'; module: string; host: string; outcome: Outcome }
  | { is: 'retried' | 'refused'; module: string }
  | { is: 'left' | 'returned'; module: string; host: string }
  | { is: 'breaker'; module: string; to: 'open' | 'half_open' | 'closed' }
/** How one attempt ended: with an answer (5xx apart), without a connection, cut off, too late, or given up by its client. */
export type Outcome = 'answered' | 'failed' | 'unreached' | 'cut' | 'late' | 'given_up'

/** A request as it is sent on. */
export interface Onward {
  method: string
  /** Path and query, in the one form that was routed by. */
  target: string
  /** Header lines, each with its line end, without Host and without framing. */
  head: string
  body: Uint8Array | ReadableStream<Uint8Array> | null
  /** It may be sent a second time though the first may have had its effect. */
  repeatable: boolean
  /** Until the answer begins. */
  headersMs: number
  /** Until it must have ended, on the world's clock. */
  endsAt: number
}

/** The instances of one module that is elsewhere. */
export interface Upstreams {
  readonly module: string
  /** Sends a request on and answers with the answer. Throws the faults that say why there is none. */
  send(onward: Onward, exchange: Exchange | null): Promise<Answered>
  /** Whether any instance is believed to answer. */
  available(): boolean
  stop(): void
}

export interface UpstreamsOptions {
  module: string
  /** Origins, such as `http://a:3005`. */
  urls: readonly string[]
  world: World
  log: Log
  observe: (seen: Seen) => void
  settings: UpstreamSettings
}

import type { JWK } from 'jose'
import type { Log } from '../module/log.ts'
import type { World } from '../module/world.ts'
import { clientAddress, proxiesAmong } from './address.ts'
import { type Cors, makeCors } from './cors.ts'
import { type Limiter, makeLimiter } from './limiter.ts'
import { traceIds } from './trace.ts'
import { type Verify, makeVerifier } from './verifier.ts'

/** What a listener knows of a request beside the request: passed as `env` to the app. */
export interface Peer {
  /** The socket's address. */
  readonly address: string
  /** The request target as it was sent, where the runtime changes it in `request.url`. */
  readonly target?: string
  /** The headers' names and values in turns, where they are at hand so. */
  readonly fields?: readonly string[]
  /** Calls back where the connection ends before the answer has left; until what it answers is called. */
  onGone?(told: () => void): () => void
}

/** One answered request, for counting. `operation` is `none` where no operation was met. */
export interface Observed { module: string; operation: string; status: number; ms: number; bytes: number }

export interface EdgeSettings {
  /** Origins of browsers that may call, exact. */
  corsOrigins: readonly string[]
  /** Addresses and networks whose X-Forwarded-For is believed. */
  trustedProxies: readonly string[]
  rateLimit: boolean
  /** One client address's requests in `rateLimitSeconds`. */
  rateLimitRequests: number
  rateLimitSeconds: number
  compression: boolean
}

/** All that requests share at the process's edge. One a process, made by `makeEdge`. */
export interface Edge {
  readonly world: World
  readonly log: Log
  readonly settings: EdgeSettings
  readonly verify: Verify
  readonly limiter: Limiter
  readonly cors: Cors
  readonly newTrace: () => string
  readonly addressOf: (peer: string, forwarded: () => string | null) => string
  /** Whether what this peer says of its own client is believed. */
  readonly trusts: (peer: string) => boolean
  readonly observe: (seen: Observed) => void
  readonly publicUrl: () => string
  /** Answers are checked against their contract too, and a fault that is not declared is a 500: for tests. */
  readonly checkAnswers: boolean
}

export interface EdgeOptions {
  world: World
  log: Log
  settings: EdgeSettings
  /** The public keys that access tokens are signed with. */
  keys: () => Promise<readonly JWK[]>
  observe: (seen: Observed) => void
  publicUrl: () => string
  checkAnswers?: boolean
}

export const makeEdge = ({ world, log, settings, keys, observe, publicUrl, checkAnswers = false }: EdgeOptions): Edge => ({
  world, log, settings, observe, publicUrl, checkAnswers,
  verify: makeVerifier({ keys, world }),
  limiter: makeLimiter(world),
  cors: makeCors(settings.corsOrigins),
  newTrace: traceIds(world),
  addressOf: clientAddress(settings.trustedProxies),
  trusts: proxiesAmong(settings.trustedProxies),
})

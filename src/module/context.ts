import { deadlineExceeded } from '../contract/faults.ts'
import { type Alarm, type Alarms, alarmsOf } from './alarms.ts'
import type { World } from './world.ts'

/** Who is asking. A session is opaque and unchecked outside cart; elsewhere it is known by its SHA-256 alone. */
export type Caller =
  | { readonly is: 'nobody' }
  | { readonly is: 'guest'; readonly session: string }
  | { readonly is: 'user'; readonly id: string; readonly sid: string; readonly may: ReadonlySet<string> }

/** What travels with every call: who, within what time, under which trace. */
export interface Context {
  readonly caller: Caller
  /** W3C trace id, 32 hex digits; the request id of HTTP. */
  readonly trace: string
  /** Aborts when the time is up. */
  readonly deadline: AbortSignal
  /** Milliseconds left, never below 0. */
  leftMs(): number
  /** The Idempotency-Key, where the operation is keyed. */
  readonly key?: string
  /** Where the request came from; empty for calls that no client caused. */
  readonly client: { readonly address: string; readonly device: string }
}

export const may = (caller: Caller, permission: string): boolean => caller.is === 'user' && caller.may.has(permission)

export interface Making {
  caller: Caller
  trace: string
  leftMs: number
  key?: string | undefined
  client?: Context['client'] | undefined
  world: World
}

const nobody: Caller = Object.freeze({ is: 'nobody' })
const noClient: Context['client'] = Object.freeze({ address: '', device: '' })

/** One is made for every request and every inner call, so it costs a few fields until somebody reads `deadline`. */
class TimedContext implements Context {
  readonly caller: Caller
  readonly trace: string
  readonly client: Context['client']
  declare readonly key?: string
  readonly #world: World
  readonly #endsAt: number
  #signal: AbortSignal | undefined

  constructor(world: World, endsAt: number, about: Pick<Context, 'caller' | 'trace' | 'client'> & { readonly key?: string | undefined }) {
    this.#world = world
    this.#endsAt = endsAt
    this.caller = Object.freeze(about.caller)
    this.trace = about.trace
    this.client = about.client
    if (about.key !== undefined) this.key = about.key
  }

  get deadline(): AbortSignal {
    if (this.#signal === undefined) {
      const controller = new AbortController()
      this.#signal = controller.signal
      if (this.leftMs() === 0) controller.abort(deadlineExceeded())
      else this.alarm(() => controller.abort(deadlineExceeded()))
    }
    return this.#signal
  }

  leftMs(): number {
    return Math.max(0, this.#endsAt - this.#world.now())
  }

  within(ms: number): TimedContext {
    return new TimedContext(this.#world, Math.min(this.#endsAt, this.#world.now() + ms), this)
  }

  alarm(ring: () => void): Alarm {
    return this.alarms().set(this.#endsAt, ring)
  }

  alarms(): Alarms {
    return alarmsOf(this.#world)
  }
}

/** A context that ends in `leftMs`, counted on the world's clock. */
export const makeContext = ({ caller, trace, leftMs, key, client = noClient, world }: Making): Context =>
  new TimedContext(world, world.now() + leftMs, { caller, trace, client, key })

/** For calls that no client waits for: jobs, the saga, events. Nobody asks; under their cause's trace, else a fresh one. */
export const systemContext = (world: World, leftMs: number, trace = Buffer.from(world.random(16)).toString('hex')): Context =>
  makeContext({ caller: nobody, trace, leftMs, world })

/** The same context with at most `ms` left; never more than before. */
export const narrowed = (context: Context, ms: number): Context => timed(context).within(ms)

/** Calls `ring` when the context's time is up, unless the answered function was called before. Cheaper than `deadline`. */
export const atDeadline = (context: Context, ring: () => void): (() => void) => {
  const own = timed(context)
  const alarm = own.alarm(ring)
  return () => own.alarms().cancel(alarm)
}

const timed = (context: Context): TimedContext => {
  if (context instanceof TimedContext) return context
  throw new TypeError('This context was not made by makeContext()')
}

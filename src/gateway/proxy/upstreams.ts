import { deadlineExceeded, unavailable } from '../../contract/faults.ts'
import { isUtf8 } from 'node:buffer'
import type { Answered, Body } from '../../http/answer.ts'
import { alarmsOf } from '../../module/alarms.ts'
import type { Log } from '../../module/log.ts'
import type { World } from '../../module/world.ts'
import { type Attempt, type Onward, attempt } from './attempt.ts'
import { type BreakerState, createBreaker } from './breaker.ts'
import { createBudget, pauseMs } from './budget.ts'
import { Failure, type FailureKind } from './failure.ts'
import { answerHeaders } from './headers.ts'
import { type Instance, choose, didBadly, didWell, instanceAt, isUsable } from './instance.ts'
import { createPool } from './pool.ts'
import { probe } from './probing.ts'
import type { Received } from './receiving.ts'
import { retryAfter } from './retrying.ts'
import type { UpstreamSettings } from '../settings.ts'

/** What happens between the gateway and a module's instances, to be counted. An answer of 5xx is `failed`. */
export type Seen =
  | { is: 'asked'; module: string; instance: string; outcome: 'answered' | 'failed' | FailureKind }
  | { is: 'retried' | 'refused'; module: string }
  | { is: 'left' | 'returned'; module: string; instance: string }
  | { is: 'breaker'; module: string; to: BreakerState }

/** The instances of one module that is elsewhere. */
export interface Upstreams {
  readonly module: string
  /** How long the beginning of an answer may take, where an operation says nothing of it. */
  readonly answerMs: number
  /** Sends a request on. Throws `unavailable` or `deadline_exceeded` where nobody answers it. */
  send(onward: Onward): Promise<Answered>
  /** Whether any instance is ready, as far as is known. */
  available(): boolean
  stop(): void
}

export interface UpstreamsOptions {
  module: string
  /** Origins of its instances, such as `http://a:3005`. */
  urls: readonly string[]
  world: World
  log: Log
  observe: (seen: Seen) => void
  settings: UpstreamSettings
}

/** An answer for nobody: its client has gone. The status is nginx's; it stands in the log alone. */
const goneAnswer = (): Answered => ({ status: 499, body: null, headers: {} })
const MOST_TEXT_BYTES = 32 * 1024
/** A text leaves with its head in one write, bytes take two: a tenth of a request's time. */
const asText = (body: Received['body']): Body => (body instanceof Buffer && body.length <= MOST_TEXT_BYTES && isUtf8(body) ? body.toString() : body)
/** An answer that nobody takes. */
const drop = (outcome: Received | Error): void => {
  if (!(outcome instanceof Error) && outcome.body instanceof ReadableStream) void outcome.body.cancel().catch(() => {})
}
/** The second, unless only the first says anything. */
const betterOf = (first: Received | Error, second: Received | Error): Received | Error => {
  if (second instanceof Error && !(first instanceof Error)) return first
  drop(first)
  return second
}
/** A part that is down for a moment is worth asking again after one. */
const soon = { headers: { 'retry-after': '1' } }
const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

const placeOf = (url: string): { host: string; port: number; authority: string } => {
  const { hostname, port, host } = new URL(url)
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? 80 : Number(port), authority: host }
}

/** Numbers from 0 to 1, begun anew by the world's randomness: xorshift32, for a draw a request needs no more. */
const drawing = (world: World): (() => number) => {
  let state = new DataView(world.random(4).slice().buffer).getUint32(0) | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

/** Keeps the connections to a module's instances, their health, and what it takes to answer soon when they are not well. */
export const createUpstreams = ({ module, urls, world, log, observe, settings }: UpstreamsOptions): Upstreams => {
  const { upstreamConnectMs: connectMs, upstreamProbeMs, upstreamRequests } = settings
  const instances = urls.map((url) => {
    const { host, port, authority } = placeOf(url)
    return instanceAt(authority, createPool({ host, port, connectMs, alarms: alarmsOf(world), now: world.now }))
  })
  const budget = createBudget()
  const draw = drawing(world)
  const breaker = createBreaker(world.now, (to) => {
    log[to === 'open' ? 'warn' : 'info']('a breaker changed', { module, to })
    observe({ is: 'breaker', module, to })
  })
  let inFlight = 0

  const left = (instance: Instance, why: string): void => {
    log.warn('an instance is left out', { module, instance: instance.authority, why })
    observe({ is: 'left', module, instance: instance.authority })
  }
  const refused = (detail: string, retryMs: number): Error => {
    observe({ is: 'refused', module })
    return unavailable(detail, { headers: { 'retry-after': String(Math.max(1, Math.ceil(retryMs / 1000))) } })
  }
  /** What one attempt says of its instance, and of the module. */
  const judge = (instance: Instance, status: number, why: Error | null): void => {
    // What broke within an answer stands in the log; a client's own faults and leaving are nobody's.
    const kind = why instanceof Failure ? why.kind : why === null ? null : 'given_up'
    observe({ is: 'asked', module, instance: instance.authority, outcome: kind ?? (status >= 500 ? 'failed' : 'answered') })
    if (kind === 'given_up' || kind === 'stale') return breaker.ended(null)
    breaker.ended(kind === null)
    if (kind === null && status < 500) return didWell(instance)
    if (didBadly(instance, instances, world.now(), kind === 'unreached')) left(instance, why === null ? `it answered ${status}` : why.message)
  }
  const begin = (instance: Instance, onward: Onward, fresh: boolean): Attempt => {
    inFlight += 1
    return attempt(world, instance, onward, fresh, (status, why) => {
      inFlight -= 1
      judge(instance, status, why)
    })
  }
  const faultOf = (error: Error): Error => {
    if (!(error instanceof Failure)) return error
    if (error.kind === 'late') return Object.assign(deadlineExceeded(`${module} did not answer in time`), { cause: error })
    // Reset is down: its client does not know whether it was done, and asks again under its key.
    const detail = error.kind === 'unreached' ? `${module} is down` : `${module} broke off its answer`
    return Object.assign(unavailable(detail, soon), { cause: error })
  }

  /** Whom a request goes to that went wrong once; null where it does not. */
  const next = (onward: Onward, outcome: Received | Error, first: Instance): Instance | null => {
    const retry = retryAfter(onward, outcome)
    if (retry === null) return null
    const another = choose(instances, first, world.now(), draw) ?? (retry.of === 'anew' ? first : null)
    return another !== null && (retry.free || budget.spend()) ? another : null
  }

  const send = async (onward: Onward): Promise<Answered> => {
    if (inFlight >= upstreamRequests) throw refused(`${module} has too much to do`, 1000)
    const first = choose(instances, null, world.now(), draw)
    if (first === null) throw refused(`${module} is down`, 1000)
    const closedForMs = breaker.closedForMs()
    if (closedForMs > 0) throw refused(`${module} is down`, closedForMs)
    budget.earn()
    let gone = false
    onward.asks(first.authority, 0)
    let asking = begin(first, onward, false)
    const stay = onward.gone(() => {
      gone = true
      asking.giveUp()
    })
    let outcome: Received | Error = await asking.answer.catch(asError)
    const second = gone ? null : next(onward, outcome, first)
    if (second !== null) {
      observe({ is: 'retried', module })
      if (!(outcome instanceof Failure && outcome.kind === 'unreached')) await world.sleep(pauseMs(1, draw))
      if (!gone) {
        onward.asks(second.authority, 1)
        asking = begin(second, onward, true)
        outcome = betterOf(outcome, await asking.answer.catch(asError))
      }
    }
    stay()
    if (gone) {
      drop(outcome)
      return goneAnswer()
    }
    if (outcome instanceof Error) throw faultOf(outcome)
    const { head: { status, fields }, body } = outcome
    return { status, body: asText(body), ...answerHeaders(fields) }
  }

  const end = new AbortController()
  for (const instance of instances) {
    void probe(world, instance, upstreamProbeMs, end.signal, (said) => {
      if (said !== 'ready') return left(instance, `its readiness says ${said}`)
      log.info('an instance is back', { module, instance: instance.authority })
      observe({ is: 'returned', module, instance: instance.authority })
    }, () => breaker.seen())
  }
  return {
    module, send, answerMs: settings.upstreamAnswerMs,
    available: () => instances.some((one) => isUsable(one, world.now()) && !one.silent),
    stop() {
      end.abort(new Error('the gateway ends'))
      for (const { pool } of instances) pool.close()
    },
  }
}

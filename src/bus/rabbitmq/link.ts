import type { Log } from '../../module/log.ts'
import type { World } from '../../module/world.ts'
import { delayMs } from '../delay.ts'
import { connectTo, type Opened } from './connecting.ts'
import { DeclaredOtherwise } from './declare.ts'
import { shown } from './urls.ts'

export interface LinkOptions {
  /** What it is for, in the log and in the broker's list of connections. */
  name: string
  brokers: readonly URL[]
  world: World
  log: Log
  /** Makes what stands on the connection, each time it is opened anew; `fail` gives that one up. */
  setUp(opened: Opened, fail: (why: Error) => void): Promise<void>
  /** What stood on it is gone. */
  lost(): void
  blocked?(is: boolean): void
}

/** A connection that is opened again whenever it is lost. */
export interface Link {
  /** Resolves once it stands for the first time; rejects where a queue on the broker is declared otherwise, or nobody is let in. */
  ready: Promise<void>
  /** Why it does not stand now, or null. */
  wrong(): Error | null
  /** Gives it up as it is, to be opened anew. */
  renew(why: Error): void
  close(withinMs: number): Promise<void>
}

const retry = { firstMs: 100, mostMs: 5000 }
/** For what only a person can mend. */
const mendMs = 30_000

export const keepLink = ({ name, brokers, world, log, setUp, lost, blocked = () => {} }: LinkOptions): Link => {
  const ready = Promise.withResolvers<void>()
  ready.promise.catch(() => {})
  const stopping = new AbortController()
  let current: Opened | null = null
  let ending: ((why: unknown) => void) | null = null
  let wrong: Error | null = new Error('The broker has not been reached yet')
  let failures = 0
  let at = 0

  const hold = async (broker: URL): Promise<unknown> => {
    const opened = await connectTo(broker, name)
    const { model } = opened
    const ended = Promise.withResolvers<unknown>()
    let because: unknown
    model.on('error', (error) => { because = error })
    model.on('close', (error) => ended.resolve(because ?? error))
    model.on('blocked', () => blocked(true))
    model.on('unblocked', () => blocked(false))
    current = opened
    ending = (why) => { ended.resolve(why); opened.cut() }
    try {
      if (stopping.signal.aborted) return null
      await Promise.race([setUp(opened, ending), ended.promise.then((why) => { throw why ?? new Error('The connection was closed') })])
      wrong = null
      if (failures > 0) log.info('the broker is back', { link: name, broker: shown(broker) })
      failures = 0
      ready.resolve()
      return await ended.promise
    } finally {
      current = null
      ending = null
      blocked(false)
      lost()
      // Where setting up failed it still stands; what hangs on it is cut.
      opened.cut()
    }
  }
  const again = (why: unknown, broker: URL) => {
    wrong = why instanceof Error ? why : new Error(String(why ?? 'The connection was closed'))
    failures++
    const about = { link: name, broker: shown(broker), error: wrong }
    const forPeople = wrong instanceof DeclaredOtherwise || isRefused(wrong)
    if (forPeople) {
      if (failures === 1) log.error('the broker cannot be used as it is', about)
      ready.reject(wrong)
    } else if (failures === 1 || failures % 10 === 0) log.warn('the broker is away and will be tried again', { ...about, attempt: failures })
    return world.sleep(forPeople ? mendMs : delayMs(world, failures, retry), stopping.signal)
  }
  const running = (async () => {
    while (!stopping.signal.aborted) {
      const broker = brokers[at++ % brokers.length]
      if (broker === undefined) throw new Error('There is no broker')
      const why = await hold(broker).catch((error: unknown) => error)
      if (!stopping.signal.aborted) await again(why, broker).catch(() => {})
    }
  })()

  return {
    ready: ready.promise,
    wrong: () => wrong,
    renew: (why) => ending?.(why),
    async close(withinMs) {
      stopping.abort()
      wrong = new Error('The bus is closed')
      const open: Opened | null = current
      if (open === null) return
      const late = new AbortController()
      await Promise.race([closing(open), world.sleep(withinMs, late.signal).catch(() => {})])
      late.abort()
      open.cut()
      await running
    },
  }
}

/** The broker answered, and does not let this user in, or not to this virtual host. */
const isRefused = ({ message }: Error): boolean => /ACCESS.REFUSED|NOT.ALLOWED/.test(message)

const closing = async ({ model }: Opened): Promise<void> => { await model.close().catch(() => {}) }

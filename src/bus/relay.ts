import type { Heard } from '../contract/event.ts'
import type { Outbox } from '../databases/sql.ts'
import type { Log } from '../module/log.ts'
import type { World } from '../module/world.ts'
import type { Bus } from './bus.ts'
import { delayMs } from './delay.ts'

export interface RelayOptions {
  /** Whose outbox it is, for the log. */
  name: string
  outbox: Outbox
  bus: Pick<Bus, 'publish'>
  world: World
  log: Log
  /**
   * Nobody else takes what this relay has taken, for so long; after a crash it is published again by another once this is
   * over. Above what the broker is given to confirm: else events are published twice.
   */
  leaseMs?: number
}

export interface Relay {
  backlog: Outbox['backlog']
  /** Publishes nothing, and has marked all it published, until the answer is called: for a consistent copy. */
  pause(): Promise<() => void>
  /** Takes nothing more; resolves when what it published is marked. */
  stop(): Promise<void>
}

const atOnce = 100
/** The outbox wakes the relay; this finds what another instance took and left. */
const mostPollMs = 10_000
const retry = { firstMs: 100, mostMs: 10_000 }
/** One for all: an abort without a reason makes an exception with a stack each time. */
const over = new Error('The wait is over')

/** Publishes a store's events and then marks them, until it is stopped. Any number may work on one outbox at once. */
export const startRelay = ({ name, outbox, bus, world, log, leaseMs = 30_000 }: RelayOptions): Relay => {
  const pollMs = Math.min(mostPollMs, leaseMs)
  let stopped = false
  /** Ends the present wait. */
  let waiting = new AbortController()
  let holders = 0
  let opened = Promise.withResolvers<void>()
  /** What was published, until it is marked. */
  let publishing: Promise<void> = Promise.resolve()

  const pause = async (until: (signal: AbortSignal) => Promise<unknown>) => {
    if (stopped) return
    waiting = new AbortController()
    const { signal } = waiting
    try {
      await until(signal)
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      waiting.abort(over)
    }
  }
  const backOff = (failures: number) => pause((signal) => world.sleep(delayMs(world, failures, retry), signal))

  const publish = async (events: readonly Heard[]) => {
    for (let attempt = 1; !stopped; attempt++) {
      try {
        await bus.publish(events)
        return await outbox.published(events.map(({ id }) => id))
      } catch (error) {
        log.warn('events were not published and will be again', { outbox: name, count: events.length, attempt, error })
        await backOff(attempt)
      }
    }
  }
  const published = async (events: readonly Heard[]) => {
    while (holders > 0 && !stopped) await opened.promise
    publishing = publish(events)
    await publishing
  }
  const run = async () => {
    for (let failures = 0; !stopped;) {
      try {
        const events = await outbox.take(atOnce, leaseMs)
        failures = 0
        if (events.length > 0) await published(events)
        else await pause((signal) => Promise.race([outbox.arrived(signal), world.sleep(pollMs, signal)]))
      } catch (error) {
        log.warn('the outbox cannot be read', { outbox: name, error })
        await backOff(++failures)
      }
    }
  }
  const running = run()

  return {
    backlog: () => outbox.backlog(),
    async pause() {
      if (++holders === 1) opened = Promise.withResolvers()
      await publishing
      let held = true
      return () => {
        if (held && --holders === 0) opened.resolve()
        held = false
      }
    },
    stop() {
      stopped = true
      opened.resolve()
      waiting.abort(over)
      return running
    },
  }
}

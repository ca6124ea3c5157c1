import type { ConfirmChannel, Options } from 'amqplib'
import { alarmsOf, within } from '../../module/alarms.ts'
import type { World } from '../../module/world.ts'

export interface Outgoing { exchange: string; key: string; body: Buffer; about: Options.Publish }

/** Publishes with confirms, over whichever channel there is now. */
export interface Publishing {
  open(channel: ConfirmChannel): void
  lost(): void
  /** The broker is full: it reads nothing from us until it says so. */
  blocked(is: boolean): void
  isBlocked(): boolean
  /** Resolves when the broker holds all of them durably in every queue they belong to; rejects otherwise, soon. */
  send(messages: readonly Outgoing[]): Promise<void>
}

export interface PublishingOptions {
  world: World
  confirmMs: number
  /** The broker neither confirms nor says that it is full. */
  silent(why: Error): void
  /** A queue is gone that was declared. */
  unroutable(why: Error): void
}

export const createPublishing = ({ world, confirmMs, silent, unroutable }: PublishingOptions): Publishing => {
  let current: ConfirmChannel | null = null
  let full: PromiseWithResolvers<void> | null = null
  let last = 0
  const returned = new Set<string>()

  const sent = (channel: ConfirmChannel, messages: readonly Outgoing[]) => new Promise<void>((resolve, reject) => {
    let left = messages.length
    const alarms = alarmsOf(world)
    const fail = (error: Error) => { alarms.cancel(alarm); reject(error) }
    const alarm = alarms.set(world.now() + confirmMs, () => {
      const why = new Error(`The broker did not confirm within ${confirmMs} ms`)
      reject(why)
      // While it is full, what was written waits for it and will be confirmed.
      if (full === null) silent(why)
    })
    const publish = ({ exchange, key, body, about }: Outgoing) => {
      const correlationId = String(++last)
      channel.publish(exchange, key, body, { ...about, correlationId }, (error: unknown) => {
        if (error !== null) return fail(new Error(`The broker did not take a message for ${key}`, { cause: error }))
        if (returned.delete(correlationId)) {
          const why = new Error(`No queue took a message for ${key}`)
          unroutable(why)
          return fail(why)
        }
        if (--left > 0) return
        alarms.cancel(alarm)
        resolve()
      })
    }
    try {
      messages.forEach(publish)
    } catch (error) {
      // The channel has just ended. Left alone, the alarm would give up the next connection for it.
      fail(new Error('The broker is away', { cause: error }))
    }
  })

  return {
    open(channel) {
      // It comes back before it is confirmed.
      channel.on('return', ({ properties }) => { returned.add(String(properties.correlationId)) })
      current = channel
    },
    lost() {
      current = null
      returned.clear()
    },
    blocked(is) {
      if (is) full ??= Promise.withResolvers()
      else {
        full?.resolve()
        full = null
      }
    },
    isBlocked: () => full !== null,
    async send(messages) {
      if (messages.length === 0) return
      if (full !== null && await within(world, confirmMs, full.promise.then(() => false), true)) throw new Error('The broker is full')
      if (current === null) throw new Error('The broker is away')
      await sent(current, messages)
    },
  }
}

import type { Channel, ConsumeMessage } from 'amqplib'
import type { EventType, Heard } from '../../contract/event.ts'
import type { Log } from '../../module/log.ts'
import type { World } from '../../module/world.ts'
import { frozen } from '../frozen.ts'
import { type HandleEvent, handled } from '../handling.ts'
import type { Names } from '../topology.ts'
import { eventFromJson } from '../wire.ts'
import { done } from './answers.ts'
import { attemptsOf, failureHeaders, propertiesOf } from './messages.ts'
import type { Publishing } from './publishing.ts'

/** How many events one module handles at once, so that a slow one is bounded. */
const atOnce = 16
/** After the broker itself failed. */
const troubleMs = 1000

export interface Hearer { module: string; types: readonly EventType[]; handle: HandleEvent }

export interface DeliveringOptions {
  names: Names
  world: World
  log: Log
  attempts: number
  retryMs: readonly number[]
  publishing: Pick<Publishing, 'send'>
}

/** Delivers events to their hearers. One leaves its queue when its effect is stored, or when the next queue holds it. */
export const createDelivering = ({ names, world, log, attempts, retryMs, publishing }: DeliveringOptions) => {
  const running = new Set<Promise<void>>()

  const failed = async (module: string, message: ConsumeMessage, id: string, error: unknown): Promise<void> => {
    const tried = attemptsOf(message) + 1
    const dead = tried >= attempts
    const about = { module, event: id, attempt: tried, error }
    if (dead) log.error('an event went to the dead letters', about)
    else log.warn('an event was not handled and will be delivered again', about)
    const waitMs = retryMs[Math.min(tried, retryMs.length) - 1] ?? 0
    const [exchange, key] = dead ? ['', names.dead(module)] : [names.retry(waitMs), names.queue(module)]
    await publishing.send([{
      exchange, key, body: message.content,
      about: { ...propertiesOf(message), headers: failureHeaders(message, { attempts: tried, error, at: new Date(world.now()).toISOString() }) },
    }])
  }
  const deliver = async ({ module, handle }: Hearer, message: ConsumeMessage): Promise<void> => {
    let event: Heard
    try {
      event = frozen(eventFromJson(message.content.toString()))
    } catch (error) {
      return failed(module, message, String(message.properties.messageId), error)
    }
    try {
      await handled(world, handle, event)
    } catch (error) {
      await failed(module, message, event.id, error)
    }
  }
  const take = async (channel: Channel, hearer: Hearer, message: ConsumeMessage): Promise<void> => {
    try {
      await deliver(hearer, message)
      done(() => channel.ack(message))
    } catch (error) {
      log.error('the outcome of an event was not stored; it will be delivered again', { module: hearer.module, error })
      await world.sleep(troubleMs)
      done(() => channel.nack(message, false, true))
    }
  }

  return {
    /** Consumes on a channel; answers how to stop taking events. */
    async open(channel: Channel, hearer: Hearer): Promise<() => Promise<void>> {
      await channel.prefetch(atOnce)
      const { consumerTag } = await channel.consume(names.queue(hearer.module), (message) => {
        if (message === null) return void channel.close().catch(() => {})
        const one = take(channel, hearer, message).finally(() => { running.delete(one) })
        running.add(one)
      })
      return async () => { await channel.cancel(consumerTag) }
    },
    idle: async () => { while (running.size > 0) await Promise.all(running) },
  }
}

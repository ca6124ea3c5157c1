import type { Message, Options } from 'amqplib'
import type { EventType, Heard } from '../../contract/event.ts'
import type { DeadLetter } from '../bus.ts'
import { eventFromJson, eventToJson, traceparentOf } from '../wire.ts'
import type { Outgoing } from './publishing.ts'

const errorLength = 2000
/** Attempts are counted by us: brokers count other things, and each version others. */
const header = { attempts: 'mercado-attempts', error: 'mercado-error', firstAt: 'mercado-first-at', lastAt: 'mercado-last-at' }

/** An event as it goes to the exchange; `mandatory` where somebody is known to hear it. */
export const outgoing = (event: Heard, exchange: string, mandatory: boolean): Outgoing => ({
  exchange, key: event.type, body: Buffer.from(eventToJson(event)),
  about: {
    mandatory, persistent: true, messageId: event.id, type: event.type, appId: 'mercado', contentType: 'application/cloudevents+json',
    timestamp: Math.floor(Date.parse(event.time) / 1000), headers: { traceparent: traceparentOf(event) },
  },
})

/** The same message once more, without what it was refused for. */
export const propertiesOf = ({ properties: { messageId, type, appId, contentType, timestamp, headers } }: Message): Options.Publish =>
  ({ mandatory: true, persistent: true, messageId, type, appId, contentType, timestamp, headers: { traceparent: headers?.['traceparent'] } })

const textIn = (message: Message, name: string): string | undefined => {
  const value: unknown = message.properties.headers?.[name]
  return typeof value === 'string' ? value : undefined
}

export const attemptsOf = (message: Message): number => {
  const value: unknown = message.properties.headers?.[header.attempts]
  return typeof value === 'number' ? value : 0
}

export const failureHeaders = (message: Message, { attempts, error, at }: { attempts: number; error: unknown; at: string }) => ({
  traceparent: textIn(message, 'traceparent'), [header.attempts]: attempts, [header.error]: String(error).slice(0, errorLength),
  [header.firstAt]: textIn(message, header.firstAt) ?? at, [header.lastAt]: at,
})

/** When the broker itself moved it, because its consumers died over it. */
const diedAt = (message: Message): string => new Date((message.properties.headers?.['x-death']?.[0]?.time.value ?? 0) * 1000).toISOString()

export const letterOf = (module: string, message: Message): DeadLetter => {
  const event = eventIn(message)
  return {
    id: `${module}:${event.id}`, module, event, attempts: attemptsOf(message),
    error: textIn(message, header.error) ?? 'Whoever took it ended before it was handled, again and again',
    firstAt: textIn(message, header.firstAt) ?? diedAt(message), lastAt: textIn(message, header.lastAt) ?? diedAt(message),
  }
}

/** A dead letter of another bus as one of this. */
export const messageOf = ({ event, attempts, error, firstAt, lastAt }: DeadLetter, queue: string): Outgoing => {
  const { about, ...message } = outgoing(event, '', true)
  return { ...message, key: queue, about: { ...about, headers: {
    ...about.headers, [header.attempts]: attempts, [header.error]: error, [header.firstAt]: firstAt, [header.lastAt]: lastAt,
  } } }
}

const unknown: EventType = 'unknown.message.v0'
/** What is no event of ours is shown as it came. */
const eventIn = (message: Message): Heard => {
  const text = message.content.toString()
  try {
    return eventFromJson(text)
  } catch {
    return { id: String(message.properties.messageId), type: unknown, time: new Date(0).toISOString(), data: text, trace: '' }
  }
}

import type { Channel, ConsumeMessage } from 'amqplib'
import { deadlineExceeded, unavailable } from '../../contract/faults.ts'
import { atDeadline, type Context } from '../../module/context.ts'
import type { World } from '../../module/world.ts'
import type { Names } from '../topology.ts'
import { decodeAnswer, encodeCall } from '../wire.ts'

const replies = 'amq.rabbitmq.reply-to'
export const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

interface Waiting { resolve: (answer: unknown) => void; reject: (error: unknown) => void; module: string; cancel: () => void }

export interface Calling {
  open(channel: Channel, user: string): Promise<void>
  lost(): void
  /** The broker is full, and reads nothing from anybody: no answer is to come soon. */
  full(): void
  call(module: string, operation: string, input: unknown, context: Context): Promise<unknown>
}

/**
 * The asking side. An answer comes straight back to this channel (direct reply-to), a call for which there is no queue does so
 * too, and one that is not taken in time expires: a caller that gives up leaves nothing behind.
 */
export const createCalling = (names: Names, world: World, sender: string): Calling => {
  const waiting = new Map<string, Waiting>()
  let current: Channel | null = null
  let userId = ''
  let last = 0

  const take = (id: string): Waiting | undefined => {
    const one = waiting.get(id)
    if (one === undefined) return undefined
    waiting.delete(id)
    one.cancel()
    return one
  }
  const answered = (message: ConsumeMessage | null) => {
    if (message === null) return
    const one = take(String(message.properties.correlationId))
    if (one === undefined) return
    try {
      const found = decodeAnswer(message.content)
      if ('fault' in found) one.reject(found.fault)
      else one.resolve(found.answer)
    } catch (error) {
      one.reject(error)
    }
  }
  /** They may be asked again: every inner call may be sent twice. */
  const refuseAll = (why: string) => {
    for (const id of [...waiting.keys()]) {
      const one = take(id)
      one?.reject(unavailable(`${one.module} cannot be reached: ${why}`))
    }
  }

  return {
    async open(channel, user) {
      channel.on('return', ({ properties }) => {
        const one = take(String(properties.correlationId))
        one?.reject(unavailable(`Nobody answers for ${one.module}`))
      })
      await channel.consume(replies, answered, { noAck: true })
      userId = user
      current = channel
    },
    lost() {
      current = null
      refuseAll('the broker is away')
    },
    full: () => refuseAll('the broker is full'),
    call: (module, operation, input, context) => new Promise((resolve, reject) => {
      if (current === null) return reject(unavailable(`${module} cannot be reached: the broker is away`))
      const leftMs = Math.floor(context.leftMs())
      if (leftMs === 0) return reject(deadlineExceeded())
      const correlationId = String(++last)
      const { trace } = context
      const body = asBuffer(encodeCall({ operation, input, context }))
      const cancel = atDeadline(context, () => {
        waiting.delete(correlationId)
        reject(deadlineExceeded())
      })
      waiting.set(correlationId, { resolve, reject, module, cancel })
      try {
        current.publish('', names.calls(module), body, {
          mandatory: true, expiration: leftMs, correlationId, replyTo: replies, userId,
          contentType: 'application/json', type: operation, appId: sender,
          headers: { traceparent: `00-${trace}-${trace.slice(16)}-01`, 'sent-at': world.now() },
        })
      } catch (error) {
        take(correlationId)?.reject(Object.assign(unavailable(`${module} cannot be reached: the broker is away`), { cause: error }))
      }
    }),
  }
}

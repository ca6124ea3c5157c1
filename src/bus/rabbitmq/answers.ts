import type { Channel, ConsumeMessage } from 'amqplib'
import { FaultError } from '../../contract/fault.ts'
import { internalError } from '../../contract/faults.ts'
import type { Log } from '../../module/log.ts'
import type { World } from '../../module/world.ts'
import type { Handle } from '../door.ts'
import type { Names } from '../topology.ts'
import { type Call, decodeCall, encodeAnswer, encodeFault } from '../wire.ts'
import { asBuffer } from './calls.ts'
import { declareCalls } from './declare.ts'
import { createLateness } from './lateness.ts'

/** How many calls one module of this process has in hand; the next ones go to other instances, or wait. */
const atOnce = 64

export interface AnsweringOptions {
  names: Names
  world: World
  log: Log
  /** Where answers go out, or null while there is none. */
  out(): Channel | null
  /** Who may call whom, where each module has a broker user of its own. */
  mayCall?: ((user: string, module: string, operation: string) => boolean) | undefined
}

/** The answering side: takes calls from a module's queue and sends each answer straight to its caller. */
export const createAnswering = ({ names, world, log, out, mayCall }: AnsweringOptions) => {
  const late = createLateness(world)
  const running = new Set<Promise<void>>()

  const answer = async (module: string, { operation, input, context }: Call, handle: Handle): Promise<Uint8Array> => {
    try {
      return encodeAnswer(await handle(operation, input, context))
    } catch (error) {
      if (error instanceof FaultError) return encodeFault(error)
      log.error('an inner operation failed', { module, operation, trace: context.trace, error })
      return encodeFault(internalError())
    }
  }
  const take = async (module: string, handle: Handle, { content, properties }: ConsumeMessage): Promise<void> => {
    const { replyTo, correlationId, userId, appId, headers } = properties
    let body: Uint8Array
    try {
      const call = decodeCall(content, world)
      if (mayCall !== undefined && !mayCall(String(userId ?? ''), module, call.operation)) throw new Error(`${userId ?? 'Nobody'} may not call ${module}`)
      const sentAt: unknown = headers?.['sent-at']
      // Its caller has given up.
      if (typeof sentAt === 'number' && late(String(appId), sentAt) >= call.context.leftMs()) return
      body = await answer(module, call, handle)
    } catch (error) {
      log.error('a call was refused', { module, error })
      body = encodeFault(internalError())
    }
    // Where the channel is gone the callers on it know.
    out()?.publish('', String(replyTo), asBuffer(body), { correlationId, contentType: 'application/json' })
  }

  return {
    /** Consumes on a channel; answers how to stop taking calls. */
    async open(channel: Channel, module: string, handle: Handle): Promise<() => Promise<void>> {
      await declareCalls(channel, names, module)
      await channel.prefetch(atOnce)
      const { consumerTag } = await channel.consume(names.calls(module), (message) => {
        // The queue was deleted; the channel's end has it declared anew.
        if (message === null) return void channel.close().catch(() => {})
        const one = take(module, handle, message)
          .catch((error: unknown) => { log.warn('an answer was not sent', { module, error }) })
          .then(() => { running.delete(one); done(() => channel.ack(message)) })
        running.add(one)
      })
      return async () => { await channel.cancel(consumerTag) }
    },
    idle: async () => { while (running.size > 0) await Promise.all(running) },
  }
}

/** On a channel that is gone nothing can be acknowledged: what was not comes again. */
export const done = (act: () => void): void => {
  try {
    act()
  } catch {}
}

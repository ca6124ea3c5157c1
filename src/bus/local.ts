import { FaultError } from '../contract/fault.ts'
import { unavailable } from '../contract/faults.ts'
import { within } from '../module/alarms.ts'
import type { Context } from '../module/context.ts'
import type { Bus } from './bus.ts'
import type { Handle } from './door.ts'
import { createQueues, type QueueOptions } from './queues.ts'
import { copyFault } from './wire.ts'

/**
 * The bus of one process. A call is a call: what crosses is frozen by the doors, not copied, and a fault arrives
 * without its stack, as over a wire. Events go through the same durable queues as with a broker.
 *
 * Every module must `hear` before a relay starts: an event that nobody hears yet is not kept for later.
 */
export const localBus = (options: QueueOptions): Bus => {
  const answers = answering()
  const queues = createQueues(options)
  return {
    call: async (module, operation, input, context) => {
      const end = answers.begin(module)
      try {
        return await callHere(answers.of(module), operation, input, context)
      } finally {
        end()
      }
    },
    answer: async (module, handle) => answers.add(module, handle),
    publish: queues.publish,
    hear: async (module, types, handle) => queues.hear(module, types, handle),
    deadLetters: queues.deadLetters,
    close: async (withinMs) => { await within(options.world, withinMs, Promise.all([queues.stop(), answers.close()]), undefined) },
  }
}

/** A call within one process: a fault arrives without its stack, as over a wire. */
export const callHere = async (handle: Handle, operation: string, input: unknown, context: Context): Promise<unknown> => {
  try {
    return await handle(operation, input, context)
  } catch (error) {
    throw error instanceof FaultError ? copyFault(error) : error
  }
}

/** Who answers for which module, and how many calls are under way, for all buses within one process. */
export const answering = () => {
  const handles = new Map<string, Handle>()
  let running = 0
  let idle: (() => void) | undefined
  return {
    add(module: string, handle: Handle) {
      if (handles.has(module)) throw new Error(`${module} is answered for already`)
      handles.set(module, handle)
    },
    has: (module: string): boolean => handles.has(module),
    of(module: string): Handle {
      const handle = handles.get(module)
      if (handle === undefined) throw unavailable(`Nobody answers for ${module}`)
      return handle
    },
    /** A call that runs may still call others while the bus closes; nothing else may. */
    begin(module: string): () => void {
      if (idle !== undefined && running === 0) throw unavailable(`Nobody answers for ${module}: the shop stops`)
      running++
      return () => { if (--running === 0) idle?.() }
    },
    close: () => new Promise<void>((resolve) => {
      idle = resolve
      if (running === 0) resolve()
    }),
  }
}

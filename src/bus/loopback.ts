import { isDeepStrictEqual } from 'node:util'
import { FaultError } from '../contract/fault.ts'
import type { Heard } from '../contract/event.ts'
import type { Effect } from '../databases/sql.ts'
import { within } from '../module/alarms.ts'
import type { Bus } from './bus.ts'
import type { Handle } from './door.ts'
import { answering } from './local.ts'
import { createQueues, type QueueOptions } from './queues.ts'
import { decodeAnswer, decodeCall, encodeAnswer, encodeCall, encodeFault } from './wire.ts'

/**
 * One process that behaves as split ones do at their worst, for tests: all that crosses becomes bytes and back, every
 * call and every event is delivered twice. Both answers of a call must be equal, where nothing else ran meanwhile
 * that may have changed what they tell.
 */
export const loopbackBus = (options: QueueOptions): Bus => {
  const { world, log } = options
  const answers = answering()
  const queues = createQueues(options)
  const watch = watchOthers()
  return {
    call: async (module, operation, input, context) => {
      const end = answers.begin(module)
      const mine = watch.begin(context.trace)
      try {
        const handle = answers.of(module)
        const bytes = encodeCall({ operation, input, context })
        const first = decodeAnswer(await deliver(handle, bytes, world))
        const second = decodeAnswer(await deliver(handle, bytes, world))
        if (!mine.disturbed && !alike(first, second)) {
          log.error('a call sent twice was answered differently', { module, operation, first, second })
          throw new Error(`${module}.${operation} answered differently when it was sent again`)
        }
        if ('fault' in first) throw first.fault
        return first.answer
      } finally {
        watch.end(mine)
        end()
      }
    },
    answer: async (module, handle) => answers.add(module, handle),
    publish: queues.publish,
    hear: async (module, types, handle) => queues.hear(module, types, twice(module, handle)),
    deadLetters: queues.deadLetters,
    close: async (withinMs) => { await within(world, withinMs, Promise.all([queues.stop(), answers.close()]), undefined) },
  }
}

const deliver = async (handle: Handle, bytes: Uint8Array, world: QueueOptions['world']): Promise<Uint8Array> => {
  const { operation, input, context } = decodeCall(bytes, world)
  try {
    return encodeAnswer(await handle(operation, input, context))
  } catch (error) {
    if (error instanceof FaultError) return encodeFault(error)
    throw error
  }
}

type Answer = ReturnType<typeof decodeAnswer>

/** A fault that says "try again" need not come twice; all else must. */
const alike = (first: Answer, second: Answer): boolean => {
  if ('fault' in first) return first.fault.retry || ('fault' in second && (second.fault.retry || first.fault.code === second.fault.code))
  return 'answer' in second ? isDeepStrictEqual(first.answer, second.answer) : second.fault.retry
}

/** Which calls ran beside others that belong to another trace: those may rightly be answered differently. */
const watchOthers = () => {
  interface Mine { trace: string; disturbed: boolean }
  const running = new Set<Mine>()
  return {
    begin(trace: string): Mine {
      const mine = { trace, disturbed: false }
      for (const other of running) if (other.trace !== trace) mine.disturbed = other.disturbed = true
      running.add(mine)
      return mine
    },
    end: (mine: Mine) => { running.delete(mine) },
  }
}

const twice = (module: string, handle: (event: Heard) => Promise<Effect>) => async (event: Heard): Promise<Effect> => {
  const effect = await handle(event)
  const again = await handle(event)
  if (again === 'stored') throw new Error(`${module} stored the effect of ${event.type} ${event.id} twice`)
  return effect
}

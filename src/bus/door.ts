import type { Contract } from '../contract/contract.ts'
import { FaultError } from '../contract/fault.ts'
import { deadlineExceeded, internalError } from '../contract/faults.ts'
import * as standard from '../contract/faults.ts'
import type { Inner } from '../contract/inner.ts'
import { atDeadline, type Context, narrowed } from '../module/context.ts'
import type { Log } from '../module/log.ts'
import type { Door } from '../module/module.ts'
import type { Bus } from './bus.ts'
import { fits, misfit } from './checks.ts'
import { arrived, frozen } from './frozen.ts'

export interface Checking {
  /** Answers are checked against the contract as well, as inputs always are. */
  checked: boolean
  log: Log
}

const defaultDeadlineMs = 5000

/**
 * How one module calls another, over whatever bus. Every call is checked, ends by its deadline even where the callee
 * never answers, and carries only frozen plain JSON. It rejects with faults alone.
 */
export const door = <C extends Contract>(contract: C, bus: Pick<Bus, 'call'>, checking: Checking): Door<C> => {
  const calls = Object.entries(contract.inner).map(([name, about]) => [name, through(contract.name, name, about, bus, checking)])
  // Each call is checked against the very schemas that the door's types are derived from.
  return Object.freeze(Object.fromEntries(calls)) as Door<C>
}

type Call = (input: unknown, context: Context) => Promise<unknown>

const through = (module: string, operation: string, about: Inner, bus: Pick<Bus, 'call'>, { checked, log }: Checking): Call =>
  (input, context) => new Promise((resolve, reject) => {
    const wrong = (error: unknown) => {
      log.error('a call broke its contract', { module, operation, trace: context.trace, error })
      reject(internalError())
    }
    try {
      if (!fits(about.takes, input)) throw new TypeError(`Input of ${module}.${operation} ${misfit(about.takes, input)}`)
      frozen(input)
    } catch (error) {
      return wrong(error)
    }
    const own = narrowed(context, about.deadlineMs ?? defaultDeadlineMs)
    if (own.leftMs() === 0) return reject(deadlineExceeded())
    const cancel = atDeadline(own, () => reject(deadlineExceeded()))
    bus.call(module, operation, input, own).then((answer) => {
      cancel()
      if (checked && !fits(about.returns, answer)) throw new TypeError(`Answer of ${module}.${operation} ${misfit(about.returns, answer)}`)
      resolve(arrived(answer))
    }).catch((error: unknown) => {
      cancel()
      if (error instanceof FaultError) reject(error)
      else wrong(error)
    })
  })

export type Handle = (operation: string, input: unknown, context: Context) => Promise<unknown>

/**
 * A module's answering side, for `bus.answer`. Declared faults pass as themselves; anything else is logged with all
 * that is known and answered as `internal_error`, which tells nothing.
 */
export const answerer = (contract: Contract, operations: object, { checked, log }: Checking): Handle =>
  async (operation, input, context) => {
    const about = Object.hasOwn(contract.inner, operation) ? contract.inner[operation] : undefined
    try {
      const handler: unknown = Reflect.get(operations, operation)
      if (about === undefined || !isHandler(handler)) throw new TypeError(`${contract.name} has no inner operation ${operation}`)
      if (!fits(about.takes, input)) throw new TypeError(`Input of ${contract.name}.${operation} ${misfit(about.takes, input)}`)
      const answer = await handler.call(operations, arrived(input), context)
      if (checked && !fits(about.returns, answer)) throw new TypeError(`Answer of ${contract.name}.${operation} ${misfit(about.returns, answer)}`)
      return frozen(answer)
    } catch (error) {
      if (error instanceof FaultError && (standardCodes.has(error.code) || about?.faults?.some((one) => one.code === error.code))) {
        // A fault crosses without its cause, so it is told here or nowhere.
        if (error.cause !== undefined) log.warn('an inner operation was refused', { module: contract.name, operation, trace: context.trace, code: error.code, error: error.cause })
        throw error
      }
      log.error('an inner operation failed', { module: contract.name, operation, trace: context.trace, error })
      throw internalError()
    }
  }

const standardCodes: ReadonlySet<string> = new Set(Object.values(standard).map((one) => one.code))
const isHandler = (value: unknown): value is Call => typeof value === 'function'

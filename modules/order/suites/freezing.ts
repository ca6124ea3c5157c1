import type { Move } from '../rules/move.ts'
import type { OrderRecord, Step } from '../rules/order.ts'
import type { OrderStore } from '../store.ts'
import type { Wraps } from './bench.ts'

/** Where a process stops: before a step is stored, between store and call, between the call and its answer. */
export type Place = 'before the store' | 'between store and call' | 'between call and answer'

const callsOf: Record<Step, readonly string[]> = {
  new: ['reserve'], authorizing: ['authorize'], waiting: ['authorize'], capturing: ['capture'], settling: ['commit', 'settle'],
  undoing: ['release', 'void'], returning: ['refund', 'giveBack', 'settle'], done: [],
}

/** Stops an instance once, at one place; it is a crash for who never calls `wake`, a sleeper for who does. */
export const freezing = (step: Step, place: Place) => {
  const reached = Promise.withResolvers<void>()
  const woken = Promise.withResolvers<void>()
  let spent = false
  /** What the instance is working on now: calls are made in the step that was stored last. */
  let at: Step | null = null
  const freeze = async () => {
    if (spent) return
    spent = true
    reached.resolve()
    await woken.promise
  }
  const around = async <T>(enters: boolean, run: () => Promise<T>): Promise<T> => {
    if (enters && place === 'before the store') await freeze()
    const answer = await run()
    if (enters && place === 'between store and call') await freeze()
    return answer
  }
  const call = <F extends (...given: never[]) => Promise<unknown>>(name: string, run: F): F => (async (...given: Parameters<F>) => {
    const answer = await run(...given)
    if (place === 'between call and answer' && at === step && callsOf[step].includes(name)) await freeze()
    return answer
  }) as F
  const calls = <T extends object>(door: T): T => Object.fromEntries(Object.entries(door).map(([name, run]) => [name, typeof run === 'function' ? call(name, run) : run])) as T

  const wraps: Wraps = {
    store: (store): OrderStore => ({
      ...store,
      insert: (order, ...rest) => around(step === 'new', async () => {
        at = 'new'
        return store.insert(order, ...rest)
      }),
      change: (before: OrderRecord, move: Move, along) => {
        const enters = move.after.step === step && before.step !== step
        return around(enters, async () => {
          const stored = await store.change(before, move, along)
          if (stored) at = move.after.step
          return stored
        })
      },
    }),
    doors: (doors) => ({ ...doors, product: calls(doors.product), cart: calls(doors.cart) }),
    provider: (provider) => calls(provider),
  }
  return { wraps, reached: reached.promise, wake: () => woken.resolve() }
}

/** The same store without its fence: what is stored lands on the row as it is now, whoever has it. */
export const unfenced = (store: OrderStore): OrderStore => ({
  ...store,
  async change(before, move, along) {
    const now = await store.find(before.id)
    if (now === null) return false
    const added = move.after.history.slice(before.history.length)
    return store.change(now, { ...move, after: { ...move.after, version: now.version + 1, history: [...now.history, ...added] } }, along)
  },
})

/** Lets everything run that needs no more time to pass. */
export const quiet = async (): Promise<void> => {
  for (let turn = 0; turn < 60; turn++) await new Promise((resolve) => { setImmediate(resolve) })
}

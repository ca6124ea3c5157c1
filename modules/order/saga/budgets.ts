import { alarmsOf } from '../../../src/module/alarms.ts'
import type { World } from '../../../src/module/world.ts'

/** How long each call of the saga may take, whatever the request that began it may still take. */
export const budgetsMs = { reserve: 8_000, stock: 5_000, settle: 5_000, authorize: 10_000, capture: 10_000, void: 5_000, refund: 10_000 } as const

/** The answer, or `late` where it did not come within `ms`. What was asked may still take effect. */
export const within = <T, L>(world: World, ms: number, asked: Promise<T>, late: L): Promise<T | L> => new Promise((resolve, reject) => {
  const alarms = alarmsOf(world)
  const alarm = alarms.set(world.now() + ms, () => resolve(late))
  asked.then(
    (answer) => { alarms.cancel(alarm); resolve(answer) },
    (error: unknown) => { alarms.cancel(alarm); reject(error) },
  )
})

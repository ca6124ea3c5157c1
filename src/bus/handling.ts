import type { Heard } from '../contract/event.ts'
import { deadlineExceeded } from '../contract/faults.ts'
import type { Effect } from '../databases/sql.ts'
import { alarmsOf } from '../module/alarms.ts'
import type { World } from '../module/world.ts'

export type HandleEvent = (event: Heard) => Promise<Effect>

/** A handler that takes longer has failed this attempt. */
const handlingMs = 30_000

/** One attempt at an event: rejects where the handler does, or does not end in time. */
export const handled = (world: World, handle: HandleEvent, event: Heard): Promise<void> => new Promise((resolve, reject) => {
  const alarm = alarmsOf(world).set(world.now() + handlingMs, () => reject(deadlineExceeded(`Not handled within ${handlingMs} ms`)))
  handle(event).finally(() => alarmsOf(world).cancel(alarm)).then(() => resolve(), reject)
})

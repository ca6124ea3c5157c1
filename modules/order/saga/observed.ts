import type { Measure } from '../../../src/module/log.ts'
import type { OrderStore } from '../store.ts'
import type { Watch } from './watch.ts'

/** The store, telling those who wait for an order of each change, and counting the statuses that orders come to. */
export const observed = (store: OrderStore, watch: Watch, measure: Measure): OrderStore => ({
  ...store,
  async change(before, move, along) {
    const stored = await store.change(before, move, along)
    if (!stored) return false
    watch.moved(before.id)
    if (before.status !== move.after.status) measure.add('outcomes', 1, { status: move.after.status })
    return true
  },
})

import type { In } from '../../../src/contract/contract.ts'
import { isId } from '../../../src/contract/scalars.ts'
import type { Context } from '../../../src/module/context.ts'
import type { World } from '../../../src/module/world.ts'
import { illegalTransition, orderNotFound } from '../contract/faults.ts'
import type * as operations from '../contract/operations.ts'
import type { Order, Tracking } from '../contract/schemas.ts'
import { become, changed } from '../rules/move.ts'
import { type OrderRecord, cancelling } from '../rules/order.ts'
import { shown } from '../rules/shown.ts'
import { told } from '../rules/told.ts'
import { mayBecome } from '../rules/transitions.ts'
import type { OrderStore } from '../store.ts'

type Input = In<typeof operations.update>

const merged = (tracking: Tracking | null, patch: Input['tracking']): Tracking | null => {
  if (patch === undefined) return tracking
  return patch && { carrier: null, number: null, url: null, ...tracking, ...patch }
}

/** What a patch makes of an order; throws where its status may not become that. A note beside a status explains it in the history too. */
export const patched = (order: OrderRecord, { status, tracking, note }: Input, now: number): OrderRecord => {
  const changes = { tracking: merged(order.tracking, tracking), note: note === undefined ? order.note : note, updatedAt: now }
  if (status === undefined) return changed(order, changes)
  if (!mayBecome(order.status, status)) throw illegalTransition(`The order is ${order.status}, and cannot become ${status}`)
  if (cancelling(order)) throw illegalTransition('The order is being cancelled')
  return become(order, { status, now, by: 'staff', why: note ?? null }, changes)
}

/** PATCH /orders/{id} */
export const updating = ({ store, world }: { store: OrderStore; world: World }) =>
  async (input: Input, { trace }: Context): Promise<Order> => {
    for (;;) {
      const order = isId(input.id) ? await store.find(input.id.toLowerCase()) : null
      if (order === null) throw orderNotFound()
      const after = patched(order, input, world.now())
      if (await store.change(order, { after }, { events: told(order, after), trace })) return shown(after)
    }
  }

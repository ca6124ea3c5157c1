import type { OrderStore } from '../../modules/order/store.ts'
import type { Story } from './story.ts'

/** The orders' store, telling each change of a saga: without these lines no story can be read. */
export const toldOrders = <S extends OrderStore>(who: string, story: Story, store: S): S => ({
  ...store,
  async insert(order, key, along) {
    const inserted = await store.insert(order, key, along)
    const lines = order.frozen.lines.map(({ variantId, quantity }) => `${quantity} of ${variantId}`).join(', ')
    const claims = order.frozen.claims.map(({ cartId, generation }) => `${cartId}/${generation}`).join(' ')
    story.tell(`${who} inserts order ${order.id} for key ${key.key}: ${lines}, ${order.frozen.total.amount}, claims ${claims} → ${inserted.is}`)
    return inserted
  },
  async change(before, move, along) {
    const stored = await store.change(before, move, along)
    const { after } = move
    const what = [
      before.step === after.step ? after.step : `${before.step} → ${after.step}`,
      before.status === after.status ? '' : after.status,
      before.epoch === after.epoch ? '' : `epoch ${after.epoch}`,
      before.cancel === after.cancel ? '' : 'cancel asked for',
      move.opens ? `opens refund ${move.opens.id} of ${move.opens.amount}` : '',
      move.closes ? `refund ${move.closes.id} ${move.closes.status}` : '',
      before.leaseUntil !== after.leaseUntil && after.leaseUntil === 0 ? 'gives its lease back' : '',
    ].filter((part) => part !== '').join(', ')
    story.tell(`${who} changes order ${before.id}: ${what} → ${stored ? 'stored' : 'refused'}`)
    return stored
  },
})

import type { Ears } from '../../src/module/module.ts'
import { makeContext } from '../../src/module/context.ts'
import type { cart } from './contract/index.ts'
import type { Merging } from './operations/merging.ts'
import type { CartGiven } from './settings.ts'

const MERGE_MS = 5000

/** A merge that failed at the login is made up for here. It may be done twice, so its effect need not be stored with the event's id. */
export const hears = ({ store, world }: Pick<CartGiven, 'store' | 'world'>, merge: Merging): Ears<typeof cart> => ({
  async guestSignedIn(event) {
    await merge(event.data, makeContext({ caller: { is: 'nobody' }, trace: event.trace, leftMs: MERGE_MS, world }))
    return store.heard(event)
  },
})

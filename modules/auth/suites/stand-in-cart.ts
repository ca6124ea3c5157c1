import { unavailable } from '../../../src/contract/faults.ts'
import { contract, nothing } from '../../../src/contract/contract.ts'
import type { Heard } from '../../../src/contract/event.ts'
import type { Sql } from '../../../src/databases/sql.ts'
import { type Module, module } from '../../../src/module/module.ts'
import { merge } from '../../cart/contract/inner.ts'
import { guestSignedIn } from '../contract/events.ts'

export interface Merge { session: string; userId: string }
export interface StandInCart { module: Module; merged: Merge[]; heard: Merge[]; down: boolean }

const cart = contract('cart', { port: 3005, operations: {}, inner: { merge }, events: {}, hears: { guestSignedIn } })

/** A cart that only notes what auth asks of it, and can be down. */
export const standInCart = (): StandInCart => {
  const seen: StandInCart = {
    merged: [], heard: [], down: false,
    module: module({
      contract: cart,
      uses: {},
      settings: nothing,
      stores: { sqlite: { migrations: [], open: (db: Sql) => db } },
      build: ({ store }) => ({
        operations: {
          async merge(asked: Merge) {
            if (seen.down) throw unavailable()
            seen.merged.push(asked)
            return {}
          },
        },
        hears: {
          guestSignedIn: (event: Heard<Merge>) => {
            seen.heard.push(event.data)
            return store.apply(event, { statements: [], events: [] })
          },
        },
      }),
    }),
  }
  return seen
}

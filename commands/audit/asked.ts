import type { Facts } from './facts.ts'
import type { Journal } from './journal.ts'
import type { OrderFact } from './order-facts.ts'

/** What every check is given. `at`: when the rows were read, so that orders may wait for a buyer's bank until their time is over. */
export interface Asked { readonly facts: Facts; readonly journal: Journal; readonly at?: number | undefined }

/** A buyer's bank is being waited for, which is a rest too. */
export const waits = (order: OrderFact, at: number | undefined): boolean =>
  order.step === 'waiting' && order.status === 'pending' && order.answered && at !== undefined && order.waitingUntil !== null && order.waitingUntil > at

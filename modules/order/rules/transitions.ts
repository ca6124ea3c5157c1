import type { Status } from '../contract/schemas.ts'

/** What staff may do to a status, one step at a time. */
const forward: Partial<Record<Status, Status>> = { paid: 'preparing', preparing: 'shipped', shipped: 'delivered' }
export const mayBecome = (from: Status, to: Status): boolean => forward[from] === to

/** Cancelling ends with shipping. */
export const mayCancel = (status: Status): boolean => status === 'pending' || status === 'paid' || status === 'preparing'

import { isId } from '../../../src/contract/scalars.ts'
import type { In } from '../../../src/contract/contract.ts'
import { forbidden, invalidCursor, unauthenticated } from '../../../src/contract/faults.ts'
import { type Caller, type Context, may } from '../../../src/module/context.ts'
import { decodeCursor, encodeCursor } from '../../../src/module/cursor.ts'
import { orderNotFound } from '../contract/faults.ts'
import type * as operations from '../contract/operations.ts'
import { sessionHash } from '../rules/caller.ts'
import { canonical } from '../rules/fingerprint.ts'
import { parsedNumber } from '../rules/number.ts'
import type { OrderRecord } from '../rules/order.ts'
import { opens } from '../rules/order-token.ts'
import { shown } from '../rules/shown.ts'
import type { OrderFilter, OrderStore } from '../store.ts'

export interface ReadingOptions { store: OrderStore; orderSecret(): Promise<string> }

const owns = (order: OrderRecord, caller: Caller): boolean =>
  (caller.is === 'user' && order.userId === caller.id) || (caller.is === 'guest' && order.session === sessionHash(caller.session))

/** The order where this caller may see it, with whether it is their own; others', unknown and malformed ids are all not found. */
export const visibleTo = ({ store, orderSecret }: ReadingOptions) =>
  async ({ id, orderToken }: { id: string; orderToken?: string | undefined }, caller: Caller): Promise<{ order: OrderRecord; own: boolean }> => {
    const order = isId(id) ? await store.find(id.toLowerCase()) : null
    if (order === null) throw orderNotFound()
    if (owns(order, caller)) return { order, own: true }
    // A guest's token opens guests' orders; who has an account needs to log in.
    if (orderToken !== undefined && order.userId === null && opens(await orderSecret(), order.id, orderToken)) return { order, own: true }
    if (may(caller, 'orders:read')) return { order, own: false }
    throw orderNotFound()
  }

type ListInput = In<typeof operations.list>

const ownerOf = (caller: Caller): NonNullable<OrderFilter['owner']> | null => {
  if (caller.is === 'user') return { userId: caller.id }
  return caller.is === 'guest' ? { session: sessionHash(caller.session) } : null
}

/** What the list is narrowed to, or null where nothing can be in it. */
const filterOf = ({ status, number, userId, email, createdFrom, createdTo }: ListInput, caller: Caller): OrderFilter | null => {
  const everyones = may(caller, 'orders:read')
  if (!everyones && [userId, email, createdFrom, createdTo].some((given) => given !== undefined)) throw caller.is === 'user' ? forbidden() : unauthenticated()
  const owner = everyones ? undefined : ownerOf(caller)
  const numbers = number?.map(parsedNumber).filter((one) => one !== null)
  if (owner === null || numbers?.length === 0) return null
  return {
    ...(owner && { owner }), ...(status && { status }), ...(numbers && { number: numbers }),
    ...(userId && { userId: userId.map((id) => id.toLowerCase()) }), ...(email && { email: email.map((one) => one.toLowerCase()) }),
    ...(createdFrom !== undefined && { createdFrom: Date.parse(createdFrom) }), ...(createdTo !== undefined && { createdTo: Date.parse(createdTo) }),
  }
}

export const reading = (options: ReadingOptions) => {
  const visible = visibleTo(options)
  return {
    read: async (input: In<typeof operations.read>, { caller }: Context) => shown((await visible(input, caller)).order),

    async list(input: ListInput, { caller }: Context) {
      const limit = input.limit ?? 20
      const filter = filterOf(input, caller)
      const binding = `orders ${canonical(filter)}`
      const [below = null] = input.cursor === undefined ? [] : decodeCursor(binding, input.cursor)
      if (typeof below === 'string' || (below !== null && !Number.isSafeInteger(below))) throw invalidCursor()
      const found = filter === null ? [] : await options.store.list(filter, below, limit + 1)
      const page = found.slice(0, limit)
      const last = page.at(-1)
      return { items: page.map(shown), nextCursor: found.length > limit && last ? encodeCursor(binding, [last.number]) : null }
    },
  }
}

import type { Context } from '../../../src/module/context.ts'
import type { Operations } from '../../../src/module/module.ts'
import type { product } from '../contract/index.ts'
import type { ProductGiven } from '../settings.ts'
import type { OrderLine, Shortage } from '../store.ts'

/** How long a reserve waits, again and again, for others' unfinished orders to give their stock back. */
const waitsMs = [10, 20, 40, 80, 160]
/** What is left of the caller's time for the refusal itself. */
const spareMs = 500

const summed = (lines: readonly OrderLine[]): OrderLine[] => {
  const quantities = new Map<string, number>()
  for (const { variantId, quantity } of lines) {
    const id = variantId.toLowerCase()
    quantities.set(id, (quantities.get(id) ?? 0) + quantity)
  }
  return Array.from(quantities, ([variantId, quantity]) => ({ variantId, quantity }))
}
/** Nothing is missing but what unfinished orders hold. */
const mayComeBack = (short: readonly Shortage[], lines: readonly OrderLine[]): boolean => {
  const wanted = new Map(lines.map(({ variantId, quantity }) => [variantId, quantity]))
  return short.every(({ variantId, available, reserved }) => available + reserved >= (wanted.get(variantId) ?? 0))
}

export const reserving = ({ store, world, measure }: ProductGiven): Pick<Operations<typeof product>, 'quote' | 'reserve' | 'commit' | 'release' | 'giveBack'> => {
  const reserve = async (order: string, lines: readonly OrderLine[], context: Context) => {
    for (let attempt = 0; ; attempt++) {
      const answer = await store.hold(order, lines, world.now())
      if ('reservation' in answer) return answer.reservation
      const { short } = answer
      const waitMs = waitsMs[attempt]
      if (waitMs !== undefined && context.leftMs() > waitMs + spareMs && mayComeBack(short, lines)) {
        await world.sleep(short.length === 0 ? 0 : waitMs, context.deadline)
        continue
      }
      measure.add('stock_conflicts')
      return await store.refuse(order, short.map(({ variantId, available }) => ({ variantId, available })), world.now())
    }
  }
  return {
    quote: async ({ ids }) => ({ quotes: await store.quotes([...new Set(ids.map((id) => id.toLowerCase()))]) }),
    reserve: ({ orderId, lines }, context) => reserve(orderId.toLowerCase(), summed(lines), context),
    commit: ({ orderId }) => store.commit(orderId.toLowerCase(), world.now()),
    release: ({ orderId }) => store.release(orderId.toLowerCase(), world.now()),
    giveBack: ({ orderId }) => store.giveBack(orderId.toLowerCase(), world.now()),
  }
}

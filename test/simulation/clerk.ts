import type { Answered, Client } from './client.ts'
import type { Random } from './prng.ts'
import { type Goods, staff } from './shop.ts'
import type { Simulated } from './simulated.ts'

/** Somebody of the staff: cancels, refunds, ships, counts stock, changes and deletes products. */
export interface Clerk {
  work(turns: number): Promise<void>
  /** Changes of stock under a key, by variant: what was acknowledged, and what may have happened besides. */
  readonly moved: ReadonlyMap<string, { sure: number; least: number; most: number; counted: boolean }>
}

interface Moved { sure: number; least: number; most: number; counted: boolean }
const who = 'staff'
const open = ({ status }: Answered) => status === 0 || status === 503 || status === 504

export interface ClerkParts { sim: Simulated; client: Client; goods: readonly Goods[]; /** Those there are to work on. */ orders(): string[]; /** What its keys begin with. */ keysOf?: string }

export const createClerk = (random: Random, { sim, client, goods, orders, keysOf = 'staff' }: ClerkParts): Clerk => {
  const { time } = sim
  const moved = new Map<string, Moved>()
  let keys = 0
  const key = () => `${keysOf} ${++keys}`
  const ask = (module: string, operation: string, input: object, own?: string) =>
    client.ask({ module, operation, input, caller: staff, who, ...(own === undefined ? {} : { key: own }) })
  /** The same request under the same key, until an answer comes or patience ends. */
  const insist = async (module: string, operation: string, input: object): Promise<Answered> => {
    const own = key()
    let answer = await ask(module, operation, input, own)
    for (let tries = 0; tries < 5 && (open(answer) || random.chance(0.1)); tries++) {
      await time.sleep(random.int(100, 4000))
      answer = await ask(module, operation, input, own)
    }
    return answer
  }
  const movesOf = (variantId: string): Moved => {
    const found = moved.get(variantId) ?? { sure: 0, least: 0, most: 0, counted: true }
    moved.set(variantId, found)
    return found
  }

  const stock = async (): Promise<void> => {
    const { productId: id, variantId } = random.pick(goods)
    const moves = movesOf(variantId)
    if (random.chance(0.3)) {
      moves.counted = false
      await ask('product', 'setStock', { id, variantId, available: random.chance(0.2) ? null : random.int(0, 8) })
      return
    }
    const change = random.int(-2, 4)
    const { status } = await insist('product', 'setStock', { id, variantId, change, reason: 'counted' })
    if (status === 200) moves.sure += change
    if (status === 0 || status >= 500) {
      moves.least += Math.min(0, change)
      moves.most += Math.max(0, change)
    }
  }
  const edit = async (): Promise<void> => {
    const { productId: id, variantId } = random.pick(goods)
    const what = random.next()
    if (what < 0.15) await ask('product', 'deleteProduct', { id })
    else if (what < 0.4) await ask('product', 'patchProduct', { id, status: random.pick(['draft', 'active', 'archived']) })
    else if (what < 0.8) {
      const variants = goods.filter((one) => one.productId === id).map((one) => ({
        id: one.variantId, ...(one.variantId === variantId ? { price: { amount: random.int(1, 5000), currency: 'EUR' } } : {}),
      }))
      // One that is left out is no longer sold, whoever holds it.
      if (variants.length > 1 && random.chance(0.2)) variants.pop()
      await ask('product', 'patchProduct', { id, variants })
    } else await ask('product', 'patchProduct', { id, status: 'active' })
  }
  /** Orders that nobody was told of yet. */
  const pending = async (): Promise<string[]> => {
    const { status, body } = await ask('order', 'list', { status: ['pending'] })
    return status === 200 ? body.items.map(({ id }: { id: string }) => id) : []
  }
  const settle = async (): Promise<void> => {
    const all = random.chance(0.5) ? orders() : await pending()
    if (all.length === 0) return
    const id = random.pick(all)
    const what = random.next()
    if (what < 0.3) await ask('order', 'cancel', { id, reason: 'no longer made' })
    else if (what < 0.6) {
      const amount = random.chance(0.5) ? {} : { amount: { amount: random.int(1, 3000), currency: 'EUR' } }
      await insist('order', 'refund', { id, ...amount, reason: 'damaged' })
    } else await ask('order', 'update', { id, status: random.pick(['preparing', 'shipped', 'delivered']) })
  }

  return {
    moved,
    async work(turns) {
      for (let turn = 0; turn < turns && !sim.isClosed(); turn++) {
        await time.sleep(random.next() ** 2 * 2 * sim.paceMs)
        const what = random.next()
        if (what < 0.6) await settle()
        else if (what < 0.85) await stock()
        else await edit()
      }
    },
  }
}

import { randomUUID } from 'node:crypto'
import type { Facts } from '../commands/audit/facts.ts'
import { addToCart, checkOut, newProduct } from './buying.ts'
import type { Client } from './client.ts'

export interface Race {
  readonly variantId: string
  /** Answers of the checkouts, by status and code; 0 is a connection that broke. */
  readonly answers: ReadonlyMap<string, number>
  readonly ms: number
}

/** So many carts are filled at once beforehand. */
const fillingAtOnce = 32

/** Guests with one of the same thing in each cart, all of whom check out in the same moment. */
export const race = async (shop: Client, staff: string, { buyers, stock }: { buyers: number; stock: number }): Promise<Race> => {
  const product = await newProduct(shop, staff, { name: `The last ${stock} ${randomUUID().slice(0, 8)}`, stock })
  const variantId: string = product.variants[0].id
  const sessions: (string | undefined)[] = []
  const fill = async () => {
    while (sessions.length < buyers) {
      const place = sessions.push(undefined) - 1
      sessions[place] = (await addToCart(shop, {}, variantId)).session
    }
  }
  await Promise.all(Array.from({ length: fillingAtOnce }, fill))
  const from = performance.now()
  const told = await Promise.all(sessions.map((session) => checkOut(shop, { session }).then(
    ({ status, body }) => (status >= 400 ? `${status} ${body.code ?? ''}` : String(status)), () => '0 broken connection',
  )))
  const answers = new Map<string, number>()
  for (const answer of told.sort()) answers.set(answer, (answers.get(answer) ?? 0) + 1)
  return { variantId, answers, ms: performance.now() - from }
}

/** What the stores say of one variant. */
export interface Counts { orders: number; charges: number; reservations: number; sold: number; reserved: number; available: number }

export const countsOf = ({ order, ledger, product }: Facts, variantId: string): Counts => {
  const bought = [...order.orders.values()].filter(({ paid, lines }) => paid && lines.some((line) => line.variantId === variantId))
  const stock = product.stock.get(variantId)
  return {
    orders: bought.length,
    charges: [...order.orders.values()].filter(({ lines }) => lines.some((line) => line.variantId === variantId))
      .reduce((sum, { id }) => sum + (ledger.get(id)?.captures.length ?? 0), 0),
    reservations: [...product.reservations.values()].filter(({ state, lines }) => state === 'sold' && lines.some((line) => line.variantId === variantId)).length,
    sold: stock?.sold ?? 0, reserved: stock?.reserved ?? 0, available: stock?.available ?? 0,
  }
}

/** What is not as it must be, one sentence each. `counts` null: the stores could not be read. */
export const problems = ({ answers }: Race, counts: Counts | null, { buyers, stock }: { buyers: number; stock: number }): string[] => {
  const sold = Math.min(buyers, stock)
  const found: string[] = []
  const expect = (name: string, value: number, expected: number) => { if (value !== expected) found.push(`${name}: ${value} instead of ${expected}`) }
  expect('answers 201', answers.get('201') ?? 0, sold)
  expect('answers 409 out_of_stock', answers.get('409 out_of_stock') ?? 0, buyers - sold)
  if (counts === null) return found
  for (const name of ['orders', 'charges', 'reservations', 'sold'] as const) expect(name, counts[name], sold)
  expect('reserved', counts.reserved, 0)
  expect('available', counts.available, stock - sold)
  return found
}

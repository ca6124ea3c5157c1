import { Type } from '@sinclair/typebox'
import { createFacts, fold } from '../../../commands/audit/facts.ts'
import type { OrderFact } from '../../../commands/audit/order-facts.ts'
import { reservations, stock } from '../../../commands/audit/stock.ts'
import { StockDocument } from '../../../modules/product/stores/mongo/stock-documents.ts'
import type { Documents } from '../../../src/databases/documents.ts'
import type { Row } from '../../../src/databases/sql.ts'
import type { Clerk } from '../clerk.ts'
import type { Goods } from '../shop.ts'

export interface Known { orders: readonly OrderFact[]; clerks: readonly Clerk[]; goods: readonly Goods[] }

const Copy = Type.Object({ available: Type.Union([Type.Integer(), Type.Null()]), version: Type.Integer() })
const Copies = Type.Object({ _id: Type.String(), stock: Type.Record(Type.String(), Copy) })

/** What is wrong with a stock at rest: by the auditor, and by what only this simulation can know. */
export const verdict = async (rows: AsyncIterable<Row>, documents: Documents, { orders, clerks, goods }: Known): Promise<string[]> => {
  const facts = createFacts()
  for await (const row of rows) fold(facts, 'product', row)
  for (const order of orders) facts.order.orders.set(order.id, order)
  const found = [stock, reservations].map((check) => check({ facts, journal: [] }))
    .flatMap(({ number, findings }) => findings.map((finding) => `check ${number}: ${finding}`))
  for (const { variant, version, published } of facts.product.stock.values()) {
    if (version !== published) found.push(`variant ${variant} has version ${version}, and ${published} was told`)
  }

  const levels = new Map((await documents.read(StockDocument, 'stock', {})).map((level) => [level._id, level]))
  for (const { stock: copies } of await documents.read(Copies, 'product', {}, { fields: ['stock'] })) {
    for (const [variant, copy] of Object.entries(copies)) {
      const level = levels.get(variant)
      const isSame = copy.version === level?.version && copy.available === (level.tracked ? level.available : null)
      if (!isSame) found.push(`variant ${variant} is shown as ${copy.available} of version ${copy.version}, and there are ${level?.available} of version ${level?.version}`)
    }
  }

  for (const { variantId, stock: first } of goods) {
    const moved = clerks.flatMap((clerk) => clerk.moved.get(variantId) ?? [])
    if (first === null || moved.some(({ counted }) => !counted)) continue
    const sum = (of: (one: (typeof moved)[number]) => number) => moved.reduce((all, one) => all + of(one), first)
    const [least, most] = [sum((one) => one.sure + one.least), sum((one) => one.sure + one.most)]
    const received = levels.get(variantId)?.received ?? 0
    if (received < least || received > most) found.push(`variant ${variantId} received ${received}, and staff moved between ${least} and ${most}`)
  }
  return found
}

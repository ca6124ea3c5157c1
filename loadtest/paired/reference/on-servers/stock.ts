import { randomUUID } from 'node:crypto'
import type { Db } from 'mongodb'

export interface Line { variantId: string; quantity: number }
export interface Quote extends Line { productId: string; slug: string; name: string; amount: number; available: number }
interface Product { _id: string; slug: string; name: string; variants: Record<string, { price: number; available: number }> }
interface Stock {
  _id: string; product: string; received: number; available: number; reserved: number; sold: number; version: number; published: number
  holds: Record<string, { quantity: number; token: string }>
}
interface Reservation { _id: string; state: string; lines: (Line & { token: string; took: number })[] }
export interface Seed { id: string; slug: string; name: string; variants: { id: string; price: number }[] }

const PIECES = 100_000

/** Stock and reservations with nothing but atomic changes of one document, as CHECKOUT's rules want them. */
export const stockIn = (db: Db, publish: (items: { variantId: string; available: number; version: number }[]) => void) => {
  const products = db.collection<Product>('product')
  const stock = db.collection<Stock>('stock')
  const reservations = db.collection<Reservation>('reservation')

  const tell = async (): Promise<void> => {
    const untold = await stock.find({ $expr: { $gt: ['$version', '$published'] } }, { limit: 500 }).toArray()
    await Promise.all(untold.map(({ _id, version }) => stock.updateOne({ _id, published: { $lt: version } }, { $set: { published: version } })))
    publish(untold.map(({ _id, available, version }) => ({ variantId: _id, available, version })))
  }
  const show = ({ _id, product, available }: Stock) => products.updateOne({ _id: product }, { $set: { [`variants.${_id}.available`]: available } })

  return {
    async seed(all: readonly Seed[]): Promise<void> {
      await products.insertMany(all.map(({ id, slug, name, variants }) => (
        { _id: id, slug, name, variants: Object.fromEntries(variants.map((one) => [one.id, { price: one.price, available: PIECES }])) })))
      await stock.insertMany(all.flatMap(({ id, variants }) => variants.map((one): Stock => (
        { _id: one.id, product: id, received: PIECES, available: PIECES, reserved: 0, sold: 0, version: 1, published: 1, holds: {} }))))
      setInterval(() => { void tell() }, 1000)
    },
    async quotes(lines: readonly Line[]): Promise<Quote[]> {
      const found = await stock.find({ _id: { $in: lines.map(({ variantId }) => variantId) } }).toArray()
      const shelf = new Map((await products.find({ _id: { $in: found.map(({ product }) => product) } }).toArray()).map((one) => [one._id, one]))
      return lines.flatMap(({ variantId, quantity }) => {
        const one = found.find(({ _id }) => _id === variantId)
        const product = one && shelf.get(one.product)
        return product === undefined || one === undefined ? [] : [{
          variantId, quantity, productId: product._id, slug: product.slug, name: product.name, amount: product.variants[variantId]?.price ?? 0, available: one.available,
        }]
      })
    },
    async reserve(order: string, lines: readonly Line[]): Promise<void> {
      const wanted = lines.map((line) => ({ ...line, token: randomUUID(), took: line.quantity }))
      await reservations.insertOne({ _id: order, state: 'reserving', lines: wanted })
      const held = await Promise.all(wanted.map(({ variantId, quantity, token }) => stock.findOneAndUpdate(
        { _id: variantId, available: { $gte: quantity }, [`holds.${order}`]: { $exists: false } },
        { $inc: { available: -quantity, reserved: quantity, version: 1 }, $set: { [`holds.${order}`]: { quantity, token } } }, { returnDocument: 'after' })))
      if (held.includes(null)) throw new Error('out of stock')
      await reservations.updateOne({ _id: order, state: 'reserving' }, { $set: { state: 'held', lines: wanted } })
      await Promise.all(held.map((one) => one && show(one)))
    },
    async commit(order: string): Promise<void> {
      const decided = await reservations.findOneAndUpdate({ _id: order, state: 'held' }, { $set: { state: 'committing' } }, { returnDocument: 'after' })
      await Promise.all((decided?.lines ?? []).map(({ variantId, took, token }) => stock.updateOne(
        { _id: variantId, [`holds.${order}.token`]: token }, { $inc: { reserved: -took, sold: took }, $unset: { [`holds.${order}`]: true } })))
      await reservations.updateOne({ _id: order, state: 'committing' }, { $set: { state: 'sold' } })
    },
  }
}
export type StockIn = ReturnType<typeof stockIn>

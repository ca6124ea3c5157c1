import { createHash } from 'node:crypto'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { searches } from '../generated-catalogue.ts'
import { SEARCHES } from '../requests.ts'
import { carts } from './carts.ts'
import { type Placing, orders } from './orders.ts'
import { products, searchStatements } from './products.ts'

/**
 * The bare work, as one writes it by hand: Hono and node:sqlite on a copy of the shop's files, the same reads and writes with
 * the same durability. No input is checked, nobody is authenticated, nothing is limited, counted, logged or explained.
 */
const [folder = '.'] = process.argv.slice(2)
const catalogue = products(folder, await searchStatements(folder, searches(SEARCHES)))
const baskets = carts(folder, catalogue)
const place = orders(folder, catalogue, baskets)

const app = new Hono()
app.get('/products', (c) => {
  const q = c.req.query('q')
  return q === undefined ? catalogue.list() : catalogue.search(q)
})
app.get('/products/:id', (c) => catalogue.show(c.req.param('id')))
app.post('/cart/items', async (c) => baskets.add(c.req.header('x-user'), c.req.header('x-session'), await c.req.json()))
app.post('/orders', async (c) => {
  const text = await c.req.text()
  const body: Placing = JSON.parse(text)
  return place(c.req.header('x-session') ?? '', c.req.header('idempotency-key') ?? '', body, createHash('sha256').update(text).digest('hex'))
})
serve({ fetch: app.fetch, port: Number(process.env['PORT']), hostname: '127.0.0.1' })
process.on('SIGTERM', () => process.exit(0))

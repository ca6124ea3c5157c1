import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { Redis } from 'ioredis'
import { MongoClient } from 'mongodb'
import postgres from 'postgres'
import type { Placing } from '../orders.ts'
import { cartsIn } from './carts.ts'
import { ordersIn } from './orders.ts'
import { type Seed, stockIn } from './stock.ts'
import { tables } from './tables.ts'

/**
 * The bare work over the servers, as one writes it by hand: Hono with the drivers, orders in PostgreSQL, stock in MongoDB, carts
 * in Redis. As many connections as the shop has, and what it acknowledges is as durable.
 */
const [seeds = ''] = process.argv.slice(2)
const { POSTGRES_URL = '', MONGO_URL = '', REDIS_URL = '', PORT } = process.env
const CONNECTIONS = 20
const url = (text: string): string => new URL(text).href
const prepared = postgres(url(POSTGRES_URL), { max: 1, onnotice: () => {} })
await prepared.unsafe(tables)
await prepared.end()
const sql = postgres(url(POSTGRES_URL), { max: CONNECTIONS, fetch_types: false, connection: { search_path: 'bare', synchronous_commit: 'on' } })
const mongo = await new MongoClient(MONGO_URL, { writeConcern: { w: 'majority', journal: true } }).connect()
const stock = stockIn(mongo.db('bare'), () => {})
const known: Seed[] = JSON.parse(readFileSync(seeds, 'utf8'))
await stock.seed(known)
const carts = cartsIn(new Redis(REDIS_URL), stock)
const place = ordersIn(sql, stock, carts)

const app = new Hono()
app.get('/products', (c) => c.json({ items: [] }))
app.post('/cart/items', async (c) => carts.add(c.req.header('x-session'), await c.req.json()))
app.post('/orders', async (c) => {
  const text = await c.req.text()
  const body: Placing = JSON.parse(text)
  return place(c.req.header('x-session') ?? '', c.req.header('idempotency-key') ?? '', body, createHash('sha256').update(text).digest('hex'))
})
serve({ fetch: app.fetch, port: Number(PORT), hostname: '127.0.0.1' })
process.on('SIGTERM', () => process.exit(0))

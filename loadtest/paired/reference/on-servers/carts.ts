import { randomBytes } from 'node:crypto'
import type { Redis } from 'ioredis'
import { newId } from '../store.ts'
import type { Line, StockIn } from './stock.ts'

export interface Cart { id: string; generation: number; lines: Line[] }
const DAYS_MS = 7 * 24 * 3_600_000

const put = `local cart = KEYS[1]
if redis.call('EXISTS', cart) == 0 then redis.call('HSET', cart, 'id', ARGV[1], 'generation', 0, 'version', 0) end
redis.call('HINCRBY', cart, 'version', 1)
redis.call('HINCRBY', cart, 'l:' .. ARGV[2], ARGV[3])
redis.call('PEXPIRE', cart, ARGV[4])
return redis.call('HGETALL', cart)`

/** Takes what was ordered out of the cart, once an order. */
const settle = `local cart = KEYS[1]
if redis.call('HSETNX', cart, 's:' .. ARGV[1], 1) == 1 then
  for at = 3, #ARGV, 2 do
    local left = tonumber(redis.call('HGET', cart, 'l:' .. ARGV[at]) or '0') - tonumber(ARGV[at + 1])
    if left > 0 then redis.call('HSET', cart, 'l:' .. ARGV[at], left) else redis.call('HDEL', cart, 'l:' .. ARGV[at]) end
  end
  redis.call('HINCRBY', cart, 'version', 1)
end
if tonumber(redis.call('HGET', cart, 'generation') or '0') <= tonumber(ARGV[2]) then redis.call('HSET', cart, 'generation', ARGV[2] + 1) end
return 1`

const keyOf = (session: string): string => `bare:cart:${session}`
const cartOf = (fields: Record<string, string>): Cart | null => fields['id'] === undefined ? null : {
  id: fields['id'], generation: Number(fields['generation']),
  lines: Object.entries(fields).flatMap(([name, value]) => (name.startsWith('l:') ? [{ variantId: name.slice(2), quantity: Number(value) }] : [])),
}

export const cartsIn = (redis: Redis, stock: StockIn) => {
  redis.defineCommand('putLine', { numberOfKeys: 1, lua: put })
  redis.defineCommand('settleOrder', { numberOfKeys: 1, lua: settle })
  const run = (command: string, ...args: (string | number)[]): Promise<unknown> => Reflect.get(redis, command).call(redis, ...args)
  return {
    find: async (session: string): Promise<Cart | null> => cartOf(await redis.hgetall(keyOf(session))),
    async add(session: string | undefined, { variantId, quantity }: Line): Promise<Response> {
      const known = session ?? randomBytes(32).toString('base64url')
      const [quote] = await stock.quotes([{ variantId, quantity }])
      if (quote === undefined) return new Response(null, { status: 409 })
      await run('putLine', keyOf(known), newId(), variantId, quantity, DAYS_MS)
      const cart = await redis.hgetall(keyOf(known))
      const items = await stock.quotes(cartOf(cart)?.lines ?? [])
      return new Response(JSON.stringify({ id: cart['id'], items }), { headers: { 'content-type': 'application/json', 'x-session': known } })
    },
    settle: (session: string, order: string, { generation, lines }: Cart): Promise<unknown> =>
      run('settleOrder', keyOf(session), order, generation, ...lines.flatMap(({ variantId, quantity }) => [variantId, quantity])),
  }
}
export type CartsIn = ReturnType<typeof cartsIn>

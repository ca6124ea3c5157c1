import { type Script, lua } from '../../../../src/databases/keys.ts'
import { carts } from './layout.ts'

/** How a dump's row goes in, by its table. Its time to live is counted by Redis' clock: nothing was asked of the cart yet. */
const putCart = lua`${carts}
local at = KEYS[1]
local owner, id, expires = ARGV[1], ARGV[2], ARGV[3]
if whereIs(id) or redis.call('EXISTS', at) == 1 then return redis.error_reply('ERR the cart ' .. id .. ' is there already') end
redis.call('HSET', at, unpack(ARGV, 4))
redis.call('ZADD', key('carts'), 0, id .. ' ' .. owner)
keep(at, redis.call('TIME')[1] * 1000, expires)`

const putLine = lua`${carts}
local owner = whereIs(ARGV[1])
if not owner or not isOwner(owner) then return redis.error_reply('ERR there is no cart ' .. ARGV[1]) end
if redis.call('HSETNX', key('cart:' .. owner), ARGV[2], ARGV[3]) == 0 then return redis.error_reply('ERR the line ' .. ARGV[2] .. ' is there already') end`

const putAlias = lua`${carts}
if not whereIs(ARGV[2]) then return redis.error_reply('ERR there is no cart ' .. ARGV[2]) end
if whereIs(ARGV[1]) then return redis.error_reply('ERR the alias ' .. ARGV[1] .. ' is there already') end
redis.call('HSET', key('alias:' .. ARGV[2]), ARGV[1], ARGV[3])
redis.call('ZADD', key('carts'), 0, ARGV[1] .. ' ' .. ARGV[2])`

const putSettled = lua`${carts}
if not whereIs(ARGV[2]) then return redis.error_reply('ERR there is no cart ' .. ARGV[2]) end
if redis.call('SADD', key('settled:' .. ARGV[2]), ARGV[1]) == 0 then return redis.error_reply('ERR the order ' .. ARGV[1] .. ' is there already') end`

export const puts: Readonly<Record<'cart' | 'line' | 'alias' | 'settled', Script>> = { cart: putCart, line: putLine, alias: putAlias, settled: putSettled }

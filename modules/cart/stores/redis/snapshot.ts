import { lua } from '../../../../src/databases/keys.ts'

/** The owner's cart, expired or not, with the carts merged into it: read in one step, so that no order settles in between. */
export const snapshot = lua`
local id = redis.call('HGET', KEYS[1], 'id')
if not id then return false end
return { redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', key('alias:' .. id)) }`

import { lua } from '../../../../src/databases/keys.ts'
import { carts } from './layout.ts'

/** Takes a line out that is there. */
export const remove = lua`${carts}
local at = KEYS[1]
local now, expires, variant = unpack(ARGV)
local id, version = live(at, now)
if not id or redis.call('HDEL', at, variant) == 0 then return false end
renew(at, version, now, expires)
return redis.call('HGETALL', at)`

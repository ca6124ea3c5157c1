import { lua } from '../../../../src/databases/keys.ts'
import { carts } from './layout.ts'

/** Takes all lines out. */
export const clear = lua`${carts}
local at = KEYS[1]
local now, expires = unpack(ARGV)
local id, version = live(at, now)
if not id then return false end
renew(at, version, now, expires)
local lines = lineFields(at)
if #lines > 0 then redis.call('HDEL', at, unpack(lines)) end
return redis.call('HGETALL', at)`

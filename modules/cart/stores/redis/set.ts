import { lua } from '../../../../src/databases/keys.ts'
import { carts } from './layout.ts'

/** Sets a line that is there. */
export const set = lua`${carts}
local at = KEYS[1]
local now, expires, variant, quantity, seen = unpack(ARGV)
local id, version = live(at, now)
local line = id and redis.call('HGET', at, variant)
if not line then return false end
renew(at, version, now, expires)
redis.call('HSET', at, variant, quantity .. ' ' .. string.match(line, '^%d+ (%d+ %d+) ') .. ' ' .. seen)
return redis.call('HGETALL', at)`

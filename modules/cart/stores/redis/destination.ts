import { lua } from '../../../../src/databases/keys.ts'
import { carts } from './layout.ts'

/** Sets and clears fields of the destination: their names, whether each has a value, and which. */
export const destination = lua`${carts}
local at = KEYS[1]
local owner, now, expires, fresh = unpack(ARGV)
local id, version = live(at, now)
if not id and fresh == '' then return false end
if id then renew(at, version, now, expires) else start(at, owner, fresh, now, expires) end
for i = 5, #ARGV, 3 do
  if ARGV[i + 1] == '1' then redis.call('HSET', at, ARGV[i], ARGV[i + 2]) else redis.call('HDEL', at, ARGV[i]) end
end
return redis.call('HGETALL', at)`

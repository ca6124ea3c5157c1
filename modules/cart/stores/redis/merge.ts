import { lua } from '../../../../src/databases/keys.ts'
import { carts } from './layout.ts'

/**
 * A guest's cart into a user's, where both are at the versions that were looked at; a user's version of '' says that there
 * was none. What the user's cart then holds comes last, field by field.
 */
export const merge = lua`${carts}
local at = KEYS[1]
local guest, guestVersion, owner, id, version, now, expires, alias, mostAliases = unpack(ARGV)
local from = whereIs(guest)
if not from or not isOwner(from) then return 0 end
local theirs = redis.call('HMGET', key('cart:' .. from), 'id', 'v', 'g')
if theirs[1] ~= guest or theirs[2] ~= guestVersion then return 0 end
local current, currentVersion = live(at, now)
if version == '' then
  if current then return 0 end
  start(at, owner, id, now, expires)
  currentVersion = 1
elseif current ~= id or currentVersion ~= tonumber(version) then
  return 0
end

if alias == '1' then
  if redis.call('EXISTS', key('settled:' .. guest)) == 1 then
    redis.call('SUNIONSTORE', key('settled:' .. id), key('settled:' .. id), key('settled:' .. guest))
  end
  forget(guest, from)
  redis.call('HSET', key('alias:' .. id), guest, theirs[3] .. ' ' .. theirs[3])
  redis.call('ZADD', key('carts'), 0, guest .. ' ' .. id)
  -- The newest are kept: ids grow with time.
  local aliases = redis.call('HKEYS', key('alias:' .. id))
  table.sort(aliases)
  for i = 1, #aliases - tonumber(mostAliases) do
    redis.call('HDEL', key('alias:' .. id), aliases[i])
    forgetAlias(id, aliases[i])
  end
else
  forget(guest, from)
end

-- Positions below the new version leave room for the next line's.
redis.call('HSET', at, 'v', currentVersion + tonumber(guestVersion), 'u', now, 'e', expires)
redis.call('HDEL', at, 'c', 'r', 'p', 's', unpack(lineFields(at)))
redis.call('HSET', at, unpack(ARGV, 10))
keep(at, now, expires)
return 1`

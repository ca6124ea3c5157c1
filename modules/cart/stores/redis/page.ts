import { lua } from '../../../../src/databases/keys.ts'
import { carts } from './layout.ts'

/** Some carts in their ids' order, whole, after the id that is named; first the last one's id where there may be more. */
export const page = lua`${carts}
local members = redis.call('ZRANGEBYLEX', key('carts'), ARGV[1] == '' and '-' or '(' .. ARGV[1] .. '!', '+', 'LIMIT', 0, ARGV[2])
local found, last = {}, false
for _, member in ipairs(members) do
  local id, place = string.match(member, '^(%S+) (.+)$')
  last = id
  local at = key('cart:' .. place)
  if isOwner(place) and redis.call('HGET', at, 'id') == id then
    found[#found + 1] = { place, redis.call('HGETALL', at), redis.call('HGETALL', key('alias:' .. id)), redis.call('SMEMBERS', key('settled:' .. id)) }
  end
end
return { #members == tonumber(ARGV[2]) and last or false, found }`

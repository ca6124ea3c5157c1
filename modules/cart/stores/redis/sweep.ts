import { lua } from '../../../../src/databases/keys.ts'
import { carts } from './layout.ts'

/** Forgets the expired among some carts in their ids' order, and those that went by themselves; answers the last one's id where there may be more. */
export const sweep = lua`${carts}
local after, limit, now = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local page = redis.call('ZRANGEBYLEX', key('carts'), after == '' and '-' or '(' .. after .. '!', '+', 'LIMIT', 0, limit)
local last
for _, member in ipairs(page) do
  local id, place = string.match(member, '^(%S+) (.+)$')
  if isOwner(place) and live(key('cart:' .. place), now) ~= id then forget(id, place) end
  last = id
end
return #page == limit and last or false`

import { lua } from '../../../../src/databases/keys.ts'
import { carts } from './layout.ts'

/** Raises each claimed generation, and takes an order's lines out of the cart that the claims lead to, once. */
export const settle = lua`${carts}
local order, now, claims = ARGV[1], ARGV[2], tonumber(ARGV[3])
local at, cart

-- Where a claimed cart is, or the one it was merged into: its key and its id.
local function target(id, place)
  local into = id
  if not isOwner(place) then
    into = place
    place = whereIs(into)
  end
  local found = place and key('cart:' .. place)
  if found and redis.call('HGET', found, 'id') == into then return found, into end
end

for i = 4, 2 + 2 * claims, 2 do
  local id, generation = ARGV[i], tonumber(ARGV[i + 1])
  local place = whereIs(id)
  local found, into
  if place then found, into = target(id, place) end
  if found then
    if into == id then
      if tonumber(redis.call('HGET', found, 'g')) <= generation then redis.call('HSET', found, 'g', generation + 1) end
    else
      local merged, current = string.match(redis.call('HGET', key('alias:' .. into), id), '^(%d+) (%d+)$')
      if tonumber(current) <= generation then redis.call('HSET', key('alias:' .. into), id, string.format('%s %d', merged, generation + 1)) end
    end
    if not at then at, cart = found, into end
  end
end
if not at or redis.call('SADD', key('settled:' .. cart), order) == 0 then return end

for i = 4 + 2 * claims, #ARGV, 2 do
  local line = redis.call('HGET', at, ARGV[i])
  if line then
    local present, rest = string.match(line, '^(%d+)( .*)$')
    local left = tonumber(present) - tonumber(ARGV[i + 1])
    if left > 0 then redis.call('HSET', at, ARGV[i], string.format('%d', left) .. rest) else redis.call('HDEL', at, ARGV[i]) end
  end
end
redis.call('HINCRBY', at, 'v', 1)
redis.call('HSET', at, 'n', '[]', 'u', now)`

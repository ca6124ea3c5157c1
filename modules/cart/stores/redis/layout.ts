/**
 * What a cart is in Redis. An owner's cart is one hash, so that it is found in one step; its id leads to it by the index.
 *
 * - `cart:<owner>`, a hash: `id`, `v` version, `g` generation, `n` notices as JSON, `b` begun, `u` updated, `e` expires;
 *   `c` country, `r` region, `p` postal code, `s` shipping method, each where there is one; and a field for each line, its
 *   variant's id, which holds `quantity position addedAt seen`.
 * - `carts`, a sorted set read in its members' order: `<id> <owner>` of each cart, `<guest's id> <user's id>` of each merged one.
 * - `alias:<id>`, a hash: carts merged into this one, each with its generation then and now.
 * - `settled:<id>`, a set: orders that were taken out of this cart.
 *
 * Numbers pass through as text, and JSON is never read here: an empty list stays a list, a large number whole.
 * A cart that is forgotten by everyone goes a day after its end by Redis' own clock; what leads to it goes with the sweep.
 */
const AFTERLIFE_MS = 24 * 3600 * 1000

/** Lua that the scripts share. */
export const carts = `
local AFTERLIFE_MS = ${AFTERLIFE_MS}
local ALWAYS = 7

-- Id and version of the cart at this key, if it is live.
local function live(at, now)
  local found = redis.call('HMGET', at, 'id', 'v', 'e')
  if found[1] and tonumber(found[3]) > tonumber(now) then return found[1], tonumber(found[2]) end
end

-- Whose cart has this id, or which cart it was merged into.
local function whereIs(id)
  local found = redis.call('ZRANGEBYLEX', key('carts'), '[' .. id .. ' ', '(' .. id .. '!', 'LIMIT', 0, 1)[1]
  return found and string.sub(found, #id + 2)
end

local function isOwner(place)
  return string.find(place, ':', 1, true) ~= nil
end

local function forgetAlias(into, id)
  redis.call('ZREM', key('carts'), id .. ' ' .. into)
end

-- The cart of this id and all that hangs on it. Its hash may be gone, or another cart's by now.
local function forget(id, owner)
  local at = key('cart:' .. owner)
  if redis.call('HGET', at, 'id') == id then redis.call('DEL', at) end
  for _, alias in ipairs(redis.call('HKEYS', key('alias:' .. id))) do forgetAlias(id, alias) end
  redis.call('DEL', key('alias:' .. id), key('settled:' .. id))
  redis.call('ZREM', key('carts'), id .. ' ' .. owner)
end

local function keep(at, now, expires)
  redis.call('PEXPIRE', at, math.max(expires - now, 0) + AFTERLIFE_MS)
end

-- Every change of a live cart goes through here.
local function renew(at, version, now, expires)
  redis.call('HSET', at, 'v', version + 1, 'n', '[]', 'u', now, 'e', expires)
  keep(at, now, expires)
end

-- A cart of its own for this owner, who has no live one; an expired one goes first.
local function start(at, owner, id, now, expires)
  local former = redis.call('HGET', at, 'id')
  if former then forget(former, owner) end
  redis.call('HSET', at, 'id', id, 'v', 1, 'g', 0, 'n', '[]', 'b', now, 'u', now, 'e', expires)
  redis.call('ZADD', key('carts'), 0, id .. ' ' .. owner)
  keep(at, now, expires)
end

local function countLines(at)
  local others = ALWAYS
  for _, one in ipairs(redis.call('HMGET', at, 'c', 'r', 'p', 's')) do if one then others = others + 1 end end
  return redis.call('HLEN', at) - others
end

-- Fields of lines: a variant's id is longer than any other field's name.
local function lineFields(at)
  local found = {}
  for _, field in ipairs(redis.call('HKEYS', at)) do if #field > 2 then found[#found + 1] = field end end
  return found
end
`

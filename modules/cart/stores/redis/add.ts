import { lua } from '../../../../src/databases/keys.ts'
import { carts } from './layout.ts'

/** Adds to a line, or makes one: in the owner's live cart, or in a fresh one. */
export const add = lua`${carts}
local at = KEYS[1]
local owner, now, expires, fresh, variant, quantity, most, mostLines, seen = unpack(ARGV)
local id, version = live(at, now)
if not id and fresh == '' then return false end
local line = id and redis.call('HGET', at, variant)
local had, place = 0, nil
if line then
  had, place = string.match(line, '^(%d+) (%d+ %d+) ')
elseif id and countLines(at) >= tonumber(mostLines) then
  return false
end
local has = tonumber(had) + tonumber(quantity)
if has > tonumber(most) then return false end
if id then renew(at, version, now, expires) else start(at, owner, fresh, now, expires) end
-- A new line stands at the version that it makes, behind all that are there.
place = place or string.format('%d %s', id and version + 1 or 1, now)
redis.call('HSET', at, variant, string.format('%d %s %s', has, place, seen))
return redis.call('HGETALL', at)`

import { lua } from '../../../../src/databases/keys.ts'

/** The owner's cart, expired or not. */
export const find = lua`return redis.call('HGETALL', KEYS[1])`

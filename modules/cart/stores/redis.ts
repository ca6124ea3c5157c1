import { type Keys, type Script, lua } from '../../../src/databases/keys.ts'
import type { Portable } from '../../../src/databases/sql.ts'
import { ALIASES_MOST, LINES_MOST } from '../rules/limits.ts'
import type { Cart, CartStore, Destination, Moment, Owner } from '../store.ts'
import { add } from './redis/add.ts'
import { cartOf, claimsOf, fieldsOf, lineText, parts } from './redis/cart.ts'
import { clear } from './redis/clear.ts'
import { destination } from './redis/destination.ts'
import { find } from './redis/find.ts'
import { merge } from './redis/merge.ts'
import { remove } from './redis/remove.ts'
import { layoutOf } from './redis/rows.ts'
import { set } from './redis/set.ts'
import { settle } from './redis/settle.ts'
import { snapshot } from './redis/snapshot.ts'
import { sweep } from './redis/sweep.ts'

const nothing = lua`return`

/** Carts in one Redis. Each method is one script, so one step and one round trip. */
export const openRedis = (keys: Keys): CartStore & Portable => {
  const of = (owner: Owner): [string] => [`cart:${owner}`]
  const change = async (script: Script, owner: Owner, values: readonly (string | number)[]): Promise<Cart | null> =>
    cartOf(fieldsOf(await keys.run(script, of(owner), values)))
  const unexpired = (cart: Cart | null, now: number): Cart | null => (cart !== null && cart.expiresAt > now ? cart : null)
  const begun = (owner: Owner, { now, expiresAt }: Moment, fresh: string | null) => [owner, now, expiresAt, fresh ?? '']
  const destined = (patch: Partial<Destination>) => parts.flatMap(([name, field]): (string | number)[] => {
    const value = patch[name]
    return value === undefined ? [] : value === null ? [field, 0, ''] : [field, 1, value]
  })

  return {
    find: async (owner, now) => unexpired(cartOf(fieldsOf(await keys.run(find, of(owner), []))), now),

    add: (owner, { variantId, quantity, most, seen }, at, fresh) =>
      change(add, owner, [...begun(owner, at, fresh), variantId, quantity, most, LINES_MOST, seen]),

    set: (owner, { variantId, quantity, seen }, { now, expiresAt }) => change(set, owner, [now, expiresAt, variantId, quantity, seen]),
    remove: (owner, variantId, { now, expiresAt }) => change(remove, owner, [now, expiresAt, variantId]),
    clear: (owner, { now, expiresAt }) => change(clear, owner, [now, expiresAt]),
    setDestination: (owner, patch, at, fresh) => change(destination, owner, [...begun(owner, at, fresh), ...destined(patch)]),

    async snapshot(owner, now) {
      const answer = await keys.run(snapshot, of(owner), [])
      const [fields, aliases] = Array.isArray(answer) ? answer : []
      const cart = unexpired(cartOf(fieldsOf(fields)), now)
      return cart === null ? null : { cart, claims: claimsOf(cart, fieldsOf(aliases)) }
    },

    async settle({ id, claims, lines }, now) {
      await keys.run(settle, [], [
        id, now, claims.length, ...claims.flatMap(({ cartId, generation }) => [cartId, generation]),
        ...lines.flatMap(({ variantId, quantity }) => [variantId, quantity]),
      ])
    },

    async merge({ guest, user, lines, notices, destination: { country, region, postalCode, shippingMethod }, alias, at }) {
      const chosen = Object.entries({ c: country, r: region, p: postalCode, s: shippingMethod }).flatMap(([field, value]) => (value === null ? [] : [field, value]))
      const done = await keys.run(merge, of(user.owner), [
        guest.id, guest.version, user.owner, user.id, user.version ?? '', at.now, at.expiresAt, alias ? 1 : 0, ALIASES_MOST,
        'n', JSON.stringify(notices), ...chosen, ...lines.flatMap((line) => [line.variantId, lineText(line)]),
      ])
      return done === 1
    },

    heard: (cause) => keys.apply(cause, nothing, [], []),

    async sweep(after, limit, now) {
      const next = await keys.run(sweep, [], [after, limit, now])
      return { next: typeof next === 'string' ? next : null }
    },

    ...keys.portable(layoutOf(keys)),
  }
}

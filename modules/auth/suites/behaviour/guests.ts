import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import type { Place } from '../../../../test/place.ts'
import { password, people } from '../people.ts'

const session = 'an opaque guest session'
const hashed = createHash('sha256').update(session).digest('hex')
const guest = { caller: { is: 'guest', session } } as const

export default (place: Place): void => {
  test('a guest\'s cart is merged before the answer of register() and login(), which ends the session', async (t) => {
    const shop = await people(place, t)
    const registered = await shop.reply('auth', 'register', { email: 'ada@x.org', password, name: 'Ada' }, guest)
    const userId = registered.body.user.id
    assert.deepEqual(shop.cart.merged[0], { session: hashed, userId })
    assert.equal(registered.options.session, null)
    const before = shop.cart.merged.length
    const login = await shop.reply('auth', 'login', { email: 'ada@x.org', password }, guest)
    assert.ok(shop.cart.merged.length > before)
    assert.equal(login.options.session, null)
    const told = (await shop.events('auth')).filter(({ type }) => type === 'guest.signed_in.v1')
    assert.deepEqual(told.map(({ data }) => data), [{ userId, session: hashed }, { userId, session: hashed }])
  })

  test('a merge that fails fails no login; the session stays, and an event repeats it', async (t) => {
    const shop = await people(place, t)
    shop.cart.down = true
    const { body, options } = await shop.reply('auth', 'register', { email: 'ada@x.org', password, name: 'Ada' }, guest)
    assert.ok(body.accessToken)
    assert.equal(options.session, undefined)
    const told = (await shop.events('auth')).filter(({ type }) => type === 'guest.signed_in.v1')
    assert.deepEqual(told.map(({ data }) => data), [{ userId: body.user.id, session: hashed }])
    assert.ok(!shop.logged().includes(session))
  })

  test('without a guest session nothing is merged and no session ends', async (t) => {
    const shop = await people(place, t)
    const { options } = await shop.reply('auth', 'register', { email: 'ada@x.org', password, name: 'Ada' })
    assert.equal(options.session, undefined)
    assert.deepEqual(shop.cart.merged, [])
  })
}

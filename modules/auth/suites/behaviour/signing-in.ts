import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Place } from '../../../../test/place.ts'
import { password, people, refused } from '../people.ts'

const wrong = 'not the password at all'
const from = (address: string) => ({ client: { address, device: 'a browser' } })

export default (place: Place): void => {
  test('an unknown e-mail and a wrong password are refused alike', async (t) => {
    const shop = await people(place, t)
    await shop.register('ada@x.org')
    const [one, two] = [await refused(shop.login('ada@x.org', wrong), 'invalid_credentials'), await refused(shop.login('nobody@x.org', wrong), 'invalid_credentials')]
    assert.deepEqual([one.message, one.about], [two.message, two.about])
    assert.equal((await shop.login('ADA@x.org')).user.email, 'ada@x.org')
  })

  test('after five failures an account waits, even with the right password, and not for ever', async (t) => {
    const shop = await people(place, t)
    await shop.register('ada@x.org')
    for (let i = 0; i < 5; i++) await refused(shop.login('ada@x.org', wrong, from(`10.0.0.${i}`)), 'invalid_credentials')
    const { about } = await refused(shop.login('ada@x.org', password, from('10.9.9.9')), 'rate_limited')
    assert.equal(about.headers?.['retry-after'], '10')
    // Without hashing: there is no time for it.
    await refused(shop.login('ada@x.org', password, { leftMs: 0 }), 'rate_limited')
    shop.advance(10_000)
    await refused(shop.login('ada@x.org', wrong), 'invalid_credentials')
    shop.advance(10_000)
    await refused(shop.login('ada@x.org'), 'rate_limited')
    shop.advance(10_000)
    await shop.login('ada@x.org')
    await refused(shop.login('ada@x.org', wrong), 'invalid_credentials')
    await shop.login('ada@x.org')
  })

  test('an unknown e-mail waits as a known one does', async (t) => {
    const shop = await people(place, t)
    for (let i = 0; i < 5; i++) await refused(shop.login('nobody@x.org', wrong), 'invalid_credentials')
    await refused(shop.login('nobody@x.org', wrong), 'rate_limited')
  })

  test('guesses sent all at once gain nothing over those sent one by one', async (t) => {
    const shop = await people(place, t)
    await shop.register('ada@x.org')
    const guesses = await Promise.allSettled([...Array.from({ length: 14 }, (_, i) => shop.login('ada@x.org', `${wrong} ${i}`)), shop.login('ada@x.org')])
    const codes = guesses.map((guess) => guess.status === 'rejected' ? guess.reason.code : 'in')
    assert.equal(codes.at(-1), 'rate_limited')
    assert.equal(codes.filter((code) => code === 'invalid_credentials').length, 5)
  })

  test('with rate limits off nobody waits', async (t) => {
    const shop = await people(place, t, { RATE_LIMIT: 'off' })
    await shop.register('ada@x.org')
    for (let i = 0; i < 8; i++) await refused(shop.login('ada@x.org', wrong), 'invalid_credentials')
    await shop.login('ada@x.org')
  })

  test('a full queue of passwords is answered with 503 and when to come again; who is in it gets in', async (t) => {
    const shop = await people(place, t, { PASSWORD_HASHES_AT_ONCE: '3', PASSWORD_QUEUE: '1' })
    await shop.register('ada@x.org')
    const many = await Promise.allSettled(Array.from({ length: 6 }, () => shop.login('ada@x.org')))
    const turnedAway = many.filter((one) => one.status === 'rejected')
    assert.equal(many.length - turnedAway.length, 4)
    for (const { reason } of turnedAway) assert.deepEqual([reason.code, reason.status, reason.about.headers['retry-after']], ['unavailable', 503, '5'])
  })

  test('a login that waits past its deadline ends with it', async (t) => {
    const shop = await people(place, t, { PASSWORD_HASHES_AT_ONCE: '1' })
    await shop.register('ada@x.org')
    await refused(shop.login('ada@x.org', password, { leftMs: 0 }), 'deadline_exceeded')
  })

  test('sign-ins are logged by ids, without e-mail or password', async (t) => {
    const shop = await people(place, t)
    const { user } = await shop.register('ada@x.org')
    await refused(shop.login('ada@x.org', wrong), 'invalid_credentials')
    await shop.login('ada@x.org')
    const logged = shop.logged()
    for (const message of ['user registered', 'login failed', 'login succeeded']) assert.ok(logged.includes(message), message)
    assert.ok(logged.includes(user.id))
    for (const secret of ['ada@x.org', password, wrong]) assert.ok(!logged.includes(secret), secret)
  })
}

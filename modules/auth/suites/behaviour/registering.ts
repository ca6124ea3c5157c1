import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Place } from '../../../../test/place.ts'
import { callerOf, password, people, refused } from '../people.ts'

export default (place: Place): void => {
  test('register() makes a customer who is signed in, with the e-mail in lower case', async (t) => {
    const shop = await people(place, t)
    const { body, options } = await shop.reply('auth', 'register', { email: 'Ada@Example.COM', password, name: ' Ada ' })
    assert.deepEqual({ ...body.user, id: '', createdAt: '' }, { id: '', email: 'ada@example.com', name: 'Ada', roles: ['customer'], createdAt: '' })
    assert.equal(body.tokenType, 'Bearer')
    assert.equal(body.expiresIn, 600)
    assert.equal(options.headers?.['location'], '/auth/me')
    const me = await shop.auth('me', {}, { caller: callerOf(body) })
    assert.deepEqual(me, { ...body.user, permissions: [], emailVerified: false })
    const told = (await shop.events('auth')).find(({ type }) => type === 'user.registered.v1')
    assert.deepEqual(told?.data, { userId: body.user.id, email: 'ada@example.com', name: 'Ada', at: body.user.createdAt })
  })

  test('an e-mail is registered once, whatever its case, also by many at the same time', async (t) => {
    const shop = await people(place, t)
    const answers = await Promise.allSettled(['eve@x.org', 'EVE@x.org', 'Eve@X.org'].map((email) => shop.register(email)))
    assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 1)
    await refused(shop.register('eVe@x.oRG'), 'email_taken')
  })

  test('passwords of 10 to 128 characters are taken, counted as a person counts them, and none is cut off', async (t) => {
    const shop = await people(place, t)
    const register = (email: string, chosen: string) => shop.auth('register', { email, password: chosen, name: 'A' })
    const long = '😀'.repeat(128)
    await register('long@x.org', long)
    await shop.login('long@x.org', long)
    await refused(shop.login('long@x.org', `${'😀'.repeat(127)}😁`), 'invalid_credentials')
    for (const bad of ['😀😀😀😀😀😀😀😀😀', 'x'.repeat(129), `lone \ud800 half`]) {
      const { about } = await refused(register('bad@x.org', bad), 'invalid_input')
      assert.equal(about.errors?.[0]?.path, '/password')
    }
  })

  test('the commonest passwords are refused where the shop says so', async (t) => {
    const [lax, strict] = [await people(place, t), await people(place, t, { REFUSE_COMMON_PASSWORDS: 'on' })]
    for (const common of ['password123', 'QWERTYUIOP']) {
      await lax.auth('register', { email: `${common}@x.org`, password: common, name: 'A' })
      const { about } = await refused(strict.auth('register', { email: `${common}@x.org`, password: common, name: 'A' }), 'invalid_input')
      assert.equal(about.errors?.[0]?.path, '/password')
    }
  })

  test('a password is the same however its accents are typed', async (t) => {
    const shop = await people(place, t)
    const [one, two] = ['Zo\u00eb\u2019s long secret', 'Zoe\u0308\u2019s long secret']
    await shop.auth('register', { email: 'zoe@x.org', password: one, name: 'Zo\u00eb' })
    await shop.login('zoe@x.org', two)
    await shop.auth('register', { email: 'zoe@y.org', password: two, name: 'Zo\u00eb' })
    await shop.login('zoe@y.org', one)
  })

  test('the mail\'s token proves the e-mail once, within a day', async (t) => {
    const shop = await people(place, t)
    const ada = callerOf(await shop.register('ada@x.org'))
    const [mail] = await shop.mails('verify_email')
    const { token = '', url, name } = mail?.values ?? {}
    assert.equal(mail?.to, 'ada@x.org')
    assert.equal(url, `http://localhost:3000/verify-email#token=${token}`)
    assert.equal(name, 'Ada Lovelace')
    await refused(shop.auth('verifyEmail', { token: `${token}x` }), 'invalid_token')
    await refused(shop.auth('resetPassword', { token, newPassword: 'a quite new password' }), 'invalid_token')
    await shop.auth('verifyEmail', { token })
    assert.equal((await shop.auth('me', {}, { caller: ada })).emailVerified, true)
    await refused(shop.auth('verifyEmail', { token }), 'invalid_token')

    await shop.register('late@x.org')
    const [, late] = await shop.mails('verify_email')
    shop.advance(86_400_000)
    await refused(shop.auth('verifyEmail', { token: late?.values['token'] ?? '' }), 'invalid_token')
  })

  test('an e-mail that folding makes too long is refused with its field', async (t) => {
    const shop = await people(place, t)
    const { about } = await refused(shop.register(`${'İ'.repeat(60)}@x.org`), 'invalid_input')
    assert.equal(about.errors?.[0]?.path, '/email')
  })
}

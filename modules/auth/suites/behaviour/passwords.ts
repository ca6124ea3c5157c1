import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Place } from '../../../../test/place.ts'
import { callerOf, minuteMs, password, people, refused } from '../people.ts'

const newPassword = 'a quite different secret'

export default (place: Place): void => {
  test('changePassword() ends the other sessions, keeps this one, and tells the owner', async (t) => {
    const shop = await people(place, t)
    const here = await shop.register('ada@x.org')
    const there = await shop.login('ada@x.org')
    await shop.auth('changePassword', { currentPassword: password, newPassword }, { caller: callerOf(here) })
    await refused(shop.auth('refresh', { refreshToken: there.refreshToken }), 'invalid_refresh_token')
    await shop.auth('refresh', { refreshToken: here.refreshToken })
    await refused(shop.login('ada@x.org'), 'invalid_credentials')
    await shop.login('ada@x.org', newPassword)
    assert.deepEqual((await shop.mails('password_changed')).map(({ to }) => to), ['ada@x.org'])
  })

  test('changePassword() wants the current password, and slows down who guesses it', async (t) => {
    const shop = await people(place, t)
    const caller = callerOf(await shop.register('ada@x.org'))
    const change = (currentPassword: string, chosen = newPassword) => shop.auth('changePassword', { currentPassword, newPassword: chosen }, { caller })
    const { about } = await refused(change(password, 'x'.repeat(129)), 'invalid_input')
    assert.equal(about.errors?.[0]?.path, '/newPassword')
    for (let i = 0; i < 5; i++) await refused(change('a wrong guess'), 'invalid_credentials')
    await refused(change(password), 'rate_limited')
  })

  test('of two changes at once from the same password one holds', async (t) => {
    const shop = await people(place, t)
    const caller = callerOf(await shop.register('ada@x.org'))
    const chosen = ['the first new secret', 'the other new secret']
    const done = await Promise.allSettled(chosen.map((one) => shop.auth('changePassword', { currentPassword: password, newPassword: one }, { caller })))
    const winner = done.findIndex(({ status }) => status === 'fulfilled')
    assert.equal(done.filter(({ status }) => status === 'fulfilled').length, 1)
    await shop.login('ada@x.org', chosen[winner])
  })

  test('forgotPassword() answers the same for everyone and mails the owner alone', async (t) => {
    const shop = await people(place, t)
    await shop.register('ada@x.org')
    assert.deepEqual(await shop.auth('forgotPassword', { email: 'nobody@x.org' }), await shop.auth('forgotPassword', { email: 'Ada@X.org' }))
    const mails = await shop.mails('reset_password')
    assert.deepEqual(mails.map(({ to }) => to), ['ada@x.org'])
    const { token = '', url } = mails[0]?.values ?? {}
    assert.equal(url, `http://localhost:3000/reset-password#token=${token}`)
    const kept = JSON.stringify((await shop.rows('auth')).filter(({ table }) => table === 'one_time_token'))
    assert.ok(kept.includes('reset_password') && !kept.includes(token))
  })

  test('resetPassword() sets the password once, ends all sessions and lifts the lock', async (t) => {
    const shop = await people(place, t)
    const { refreshToken } = await shop.register('ada@x.org')
    for (let i = 0; i < 5; i++) await refused(shop.login('ada@x.org', 'a wrong guess'), 'invalid_credentials')
    await shop.auth('forgotPassword', { email: 'ada@x.org' })
    const token = (await shop.mails('reset_password'))[0]?.values['token'] ?? ''
    await refused(shop.auth('verifyEmail', { token }), 'invalid_token')
    await refused(shop.auth('resetPassword', { token, newPassword: 'x'.repeat(129) }), 'invalid_input')
    await shop.auth('resetPassword', { token, newPassword })
    await refused(shop.auth('refresh', { refreshToken }), 'invalid_refresh_token')
    await shop.login('ada@x.org', newPassword)
    await refused(shop.auth('resetPassword', { token, newPassword: 'yet another secret' }), 'invalid_token')
    assert.equal((await shop.mails('password_changed')).length, 1)
  })

  test('of two resets with one token one holds', async (t) => {
    const shop = await people(place, t)
    await shop.register('ada@x.org')
    await shop.auth('forgotPassword', { email: 'ada@x.org' })
    const token = (await shop.mails('reset_password'))[0]?.values['token'] ?? ''
    const done = await Promise.allSettled(['the first new secret', 'the other new secret'].map((chosen) => shop.auth('resetPassword', { token, newPassword: chosen })))
    assert.equal(done.filter(({ status }) => status === 'fulfilled').length, 1)
  })

  test('a reset token ends with a newer one, a changed password, and after thirty minutes', async (t) => {
    const shop = await people(place, t)
    const ada = await shop.register('ada@x.org')
    const ask = async () => {
      await shop.auth('forgotPassword', { email: 'ada@x.org' })
      return (await shop.mails('reset_password')).at(-1)?.values['token'] ?? ''
    }
    const reset = (token: string) => shop.auth('resetPassword', { token, newPassword })
    const older = await ask()
    const newer = await ask()
    await refused(reset(older), 'invalid_token')
    await shop.auth('changePassword', { currentPassword: password, newPassword: 'changed in between' }, { caller: callerOf(ada) })
    await refused(reset(newer), 'invalid_token')
    const late = await ask()
    shop.advance(30 * minuteMs)
    await refused(reset(late), 'invalid_token')
    await reset(await ask())
  })

  test('nobody\'s mailbox is filled: after five mails there is none for an hour', async (t) => {
    const shop = await people(place, t)
    await shop.register('ada@x.org')
    for (let i = 0; i < 8; i++) await shop.auth('forgotPassword', { email: 'ada@x.org' })
    assert.equal((await shop.mails('reset_password')).length, 5)
    shop.advance(60 * minuteMs)
    await shop.auth('forgotPassword', { email: 'ada@x.org' })
    assert.equal((await shop.mails('reset_password')).length, 6)
  })
}

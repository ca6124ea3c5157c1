import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Place } from '../../../../test/place.ts'
import { callerOf, dayMs, people, refused } from '../people.ts'

export default (place: Place): void => {
  test('refresh() answers new tokens of the same session, and the old one is spent', async (t) => {
    const shop = await people(place, t)
    const first = await shop.register('ada@x.org')
    const second = await shop.auth('refresh', { refreshToken: first.refreshToken })
    assert.deepEqual(second.user, first.user)
    assert.notEqual(second.refreshToken, first.refreshToken)
    assert.equal(callerOf(second).sid, callerOf(first).sid)
    await shop.auth('refresh', { refreshToken: second.refreshToken })
  })

  test('a spent token used again ends its family, tells the owner once, and leaves other sessions alone', async (t) => {
    const shop = await people(place, t)
    const first = await shop.register('ada@x.org')
    const elsewhere = await shop.login('ada@x.org')
    const second = await shop.auth('refresh', { refreshToken: first.refreshToken })
    for (let i = 0; i < 2; i++) await refused(shop.auth('refresh', { refreshToken: first.refreshToken }), 'invalid_refresh_token')
    await refused(shop.auth('refresh', { refreshToken: second.refreshToken }), 'invalid_refresh_token')
    assert.deepEqual((await shop.mails('refresh_token_reused')).map(({ to }) => to), ['ada@x.org'])
    assert.match(shop.logged(), /refresh token reused/)
    await shop.auth('refresh', { refreshToken: elsewhere.refreshToken })
  })

  test('of many refreshes with one token at most one succeeds', async (t) => {
    const shop = await people(place, t)
    const { refreshToken } = await shop.register('ada@x.org')
    const answers = await Promise.allSettled(Array.from({ length: 8 }, () => shop.auth('refresh', { refreshToken })))
    assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 1)
    assert.equal((await shop.mails('refresh_token_reused')).length, 1)
  })

  test('a session ends for good when its days are over, however often it was refreshed', async (t) => {
    const shop = await people(place, t, { REFRESH_TOKEN_DAYS: '3' })
    let { refreshToken } = await shop.register('ada@x.org')
    for (let day = 1; day < 3; day++) {
      shop.advance(dayMs)
      refreshToken = (await shop.auth('refresh', { refreshToken })).refreshToken
    }
    shop.advance(dayMs)
    await refused(shop.auth('refresh', { refreshToken }), 'invalid_refresh_token')
    assert.deepEqual(await shop.mails('refresh_token_reused'), [])
  })

  test('logout() ends the session; again, or with nonsense, it says the same', async (t) => {
    const shop = await people(place, t)
    const { refreshToken } = await shop.register('ada@x.org')
    for (const given of [refreshToken, refreshToken, 'nonsense']) await shop.auth('logout', { refreshToken: given })
    await refused(shop.auth('refresh', { refreshToken }), 'invalid_refresh_token')
    assert.deepEqual(await shop.mails('refresh_token_reused'), [])
  })

  test('roles that changed are in the next access token', async (t) => {
    const shop = await people(place, t)
    const { user, refreshToken } = await shop.register('ada@x.org')
    await shop.auth('setRoles', { id: user.id, roles: ['staff'] }, { caller: await shop.admin() })
    const next = await shop.auth('refresh', { refreshToken })
    assert.deepEqual(next.user.roles, ['staff'])
    assert.ok(callerOf(next).may.has('orders:write'))
  })
}

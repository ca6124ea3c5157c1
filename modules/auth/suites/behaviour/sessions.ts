import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Place } from '../../../../test/place.ts'
import { callerOf, dayMs, minuteMs, people, refused } from '../people.ts'

export default (place: Place): void => {
  test('a user sees their own sessions, newest first, with device, address and which one is in use', async (t) => {
    const shop = await people(place, t)
    await shop.register('eve@x.org')
    await shop.register('ada@x.org')
    const phone = await shop.login('ada@x.org', undefined, { client: { address: '10.0.0.7', device: 'a phone' } })
    const { items, nextCursor } = await shop.auth('sessions', {}, { caller: callerOf(phone) })
    assert.equal(nextCursor, null)
    assert.deepEqual(items.map((one: any) => [one.device, one.address, one.current]), [['a phone', '10.0.0.7', true], [null, null, false]])
    shop.advance(dayMs)
    await shop.auth('refresh', { refreshToken: phone.refreshToken }, { client: { address: '10.0.0.8', device: 'a phone' } })
    const [used] = (await shop.auth('sessions', {}, { caller: callerOf(phone) })).items
    assert.equal(used.address, '10.0.0.8')
    assert.ok(Date.parse(used.lastUsedAt) - Date.parse(used.createdAt) >= dayMs)
  })

  test('sessions come in pages whose cursor is the user\'s own', async (t) => {
    const shop = await people(place, t)
    const caller = callerOf(await shop.register('ada@x.org'))
    for (let i = 0; i < 4; i++) await shop.login('ada@x.org')
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page: any = await shop.auth('sessions', { limit: 2, ...(cursor === null ? {} : { cursor }) }, { caller })
      seen.push(...page.items.map(({ id }: any) => id))
      cursor = page.nextCursor
    } while (cursor !== null)
    assert.equal(new Set(seen).size, 5)
    assert.deepEqual(seen, [...seen].sort().reverse())
    const { nextCursor } = await shop.auth('sessions', { limit: 2 }, { caller })
    const eve = callerOf(await shop.register('eve@x.org'))
    await refused(shop.auth('sessions', { cursor: nextCursor }, { caller: eve }), 'invalid_cursor')
  })

  test('endSession() ends one\'s own session and finds nobody else\'s', async (t) => {
    const shop = await people(place, t)
    const ada = await shop.register('ada@x.org')
    const eve = await shop.register('eve@x.org')
    const id = callerOf(ada).sid
    for (const unknown of [id, 'no-id', '00000000-0000-7000-8000-000000000000']) {
      await refused(shop.auth('endSession', { id: unknown }, { caller: callerOf(eve) }), 'session_not_found')
    }
    await shop.auth('endSession', { id: id.toUpperCase() }, { caller: callerOf(ada) })
    await refused(shop.auth('refresh', { refreshToken: ada.refreshToken }), 'invalid_refresh_token')
    await refused(shop.auth('endSession', { id }, { caller: callerOf(ada) }), 'session_not_found')
    await shop.auth('refresh', { refreshToken: eve.refreshToken })
  })

  test('a session that has expired is not shown, and is swept away', async (t) => {
    const shop = await people(place, t, { REFRESH_TOKEN_DAYS: '2' })
    await shop.register('ada@x.org')
    shop.advance(2 * dayMs)
    const late = await shop.login('ada@x.org')
    assert.equal((await shop.auth('sessions', {}, { caller: callerOf(late) })).items.length, 1)
    const kept = async () => (await shop.rows('auth')).filter(({ table, row }) => table === 'session' && row['account_id'] === late.user.id).length
    shop.advance(10 * minuteMs)
    for (let i = 0; i < 2000 && await kept() > 1; i++) await new Promise((resolve) => setImmediate(resolve))
    assert.equal(await kept(), 1)
  })
}

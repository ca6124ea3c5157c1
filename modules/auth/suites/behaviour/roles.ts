import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Place } from '../../../../test/place.ts'
import { auth } from '../../contract/index.ts'
import { adminLogin, callerOf, people, refused } from '../people.ts'

export default (place: Place): void => {
  test('the first start makes the admin that the settings name', async (t) => {
    const shop = await people(place, t)
    const { user, ...answer } = await shop.login(adminLogin.email, adminLogin.password)
    assert.deepEqual(user.roles, ['admin'])
    const me = await shop.auth('me', {}, { caller: callerOf(answer) })
    assert.deepEqual(me.permissions, [
      'contact:read', 'contact:write', 'inventory:write', 'orders:read', 'orders:write', 'products:write', 'reviews:moderate', 'users:read', 'users:write',
    ])
  })

  test('roles are replaced by who may, and logged by ids', async (t) => {
    const shop = await people(place, t)
    const { user } = await shop.register('ada@x.org')
    const caller = await shop.admin()
    const changed = await shop.auth('setRoles', { id: user.id, roles: ['staff', 'customer'] }, { caller })
    assert.deepEqual(changed, { ...user, roles: ['customer', 'staff'] })
    assert.match(shop.logged(), new RegExp(`roles changed.*${user.id}`))
    for (const id of ['nobody', '00000000-0000-7000-8000-000000000000']) await refused(shop.auth('setRoles', { id, roles: ['staff'] }, { caller }), 'user_not_found')
  })

  test('one admin always remains, also where two step down at the same time', async (t) => {
    const shop = await people(place, t)
    const caller = await shop.admin()
    assert.equal(caller.is, 'user')
    const admin = caller.is === 'user' ? caller.id : ''
    await refused(shop.auth('setRoles', { id: admin, roles: ['customer'] }, { caller }), 'last_admin')
    const { user } = await shop.register('ada@x.org')
    await shop.auth('setRoles', { id: user.id, roles: ['admin'] }, { caller })
    const down = await Promise.allSettled([admin, user.id].map((id) => shop.auth('setRoles', { id, roles: ['customer'] }, { caller })))
    assert.deepEqual(down.map((one) => one.status === 'fulfilled' ? 'done' : one.reason.code).sort(), ['done', 'last_admin'])
  })

  test('users are found by a part of name or e-mail, without case, in pages', async (t) => {
    const shop = await people(place, t)
    const caller = await shop.admin()
    for (const email of ['ada@x.org', 'a_b@x.org', 'eve@y.org']) await shop.register(email)
    const found = async (q: string) => (await shop.auth('users', { q }, { caller })).items.map(({ email }: any) => email)
    assert.deepEqual(await found('X.ORG'), ['a_b@x.org', 'ada@x.org'])
    assert.deepEqual(await found('LOVELACE'), ['eve@y.org', 'a_b@x.org', 'ada@x.org'])
    assert.deepEqual(await found('_'), ['a_b@x.org'])
    assert.deepEqual(await found('%'), [])
    assert.equal((await found('')).length, 4)
    assert.deepEqual(await found('\\'), [])
    const first = await shop.auth('users', { limit: 3 }, { caller })
    const second = await shop.auth('users', { limit: 3, cursor: first.nextCursor }, { caller })
    assert.deepEqual([...first.items, ...second.items].map(({ email }: any) => email), ['eve@y.org', 'a_b@x.org', 'ada@x.org', adminLogin.email])
    assert.equal(second.nextCursor, null)
    await refused(shop.auth('users', { q: 'x', cursor: first.nextCursor }, { caller }), 'invalid_cursor')
  })

  test('roles are listed with their permissions', async (t) => {
    const shop = await people(place, t)
    const { items } = await shop.auth('roles', {}, { caller: await shop.admin() })
    assert.deepEqual(items.map(({ name }: any) => name), ['customer', 'staff', 'admin'])
    assert.deepEqual(items[0].permissions, [])
  })

  test('account() tells other modules who a user is, and null for nobody', async (t) => {
    const shop = await people(place, t)
    const { user } = await shop.register('ada@x.org')
    const door = shop.door(auth)
    assert.deepEqual(await door.account({ id: user.id.toUpperCase() }, shop.context()), { account: { id: user.id, email: 'ada@x.org', name: 'Ada Lovelace' } })
    assert.deepEqual(await door.account({ id: '00000000-0000-7000-8000-000000000000' }, shop.context()), { account: null })
  })
}

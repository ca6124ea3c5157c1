import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newUser } from '../buying.ts'
import type { Journey } from '../journeys.test.ts'

export default (given: () => Journey): void => {
  test('a user logs in whatever the case of the e-mail, and learns nothing from a wrong password', async () => {
    const { shop } = given()
    const user = await newUser(shop)
    const login = await shop.post('/auth/login', { email: user.email.toUpperCase(), password: user.password })
    assert.equal(login.status, 200)
    assert.equal(login.body.user.email, user.email)
    assert.equal(login.body.tokenType, 'Bearer')
    const wrong = await shop.post('/auth/login', { email: user.email, password: 'not the password' })
    const unknown = await shop.post('/auth/login', { email: 'nobody@example.com', password: 'not the password' })
    assert.equal(wrong.status, 401)
    assert.equal(wrong.body.code, 'invalid_credentials')
    assert.deepEqual({ ...wrong.body, requestId: '' }, { ...unknown.body, requestId: '' })
    assert.equal((await shop.post('/auth/register', { email: user.email.toUpperCase(), password: 'another long one', name: 'Twin' })).body.code, 'email_taken')
    const me = await shop.get('/auth/me', user)
    assert.deepEqual(me.body.roles, ['customer'])
    assert.equal(me.body.emailVerified, false)
  })

  test('a refresh token works once; using it again ends the family', async () => {
    const { shop } = given()
    const user = await newUser(shop)
    const first = await shop.post('/auth/refresh', { refreshToken: user.refreshToken })
    assert.equal(first.status, 200)
    assert.equal((await shop.post('/auth/refresh', { refreshToken: user.refreshToken })).body.code, 'invalid_refresh_token')
    assert.equal((await shop.post('/auth/refresh', { refreshToken: first.body.refreshToken })).status, 401)
  })

  test('logging out ends the refresh token; changing the password ends the other sessions', async () => {
    const { shop } = given()
    const user = await newUser(shop)
    assert.equal((await shop.post('/auth/logout', { refreshToken: user.refreshToken })).status, 204)
    assert.equal((await shop.post('/auth/refresh', { refreshToken: user.refreshToken })).status, 401)
    const [one, two] = await Promise.all([0, 1].map(() => shop.post('/auth/login', { email: user.email, password: user.password })))
    const changed = await shop.post('/auth/password', { currentPassword: user.password, newPassword: 'a new long password' }, { token: one!.body.accessToken })
    assert.equal(changed.status, 204, changed.text)
    assert.equal((await shop.post('/auth/refresh', { refreshToken: two!.body.refreshToken })).status, 401)
    assert.equal((await shop.post('/auth/refresh', { refreshToken: one!.body.refreshToken })).status, 200)
  })

  test('a wrong current password is its own refusal: the token beside it stays good', async () => {
    const { shop } = given()
    const { token } = await newUser(shop)
    const refused = await shop.post('/auth/password', { currentPassword: 'not the password', newPassword: 'a new long password' }, { token })
    assert.deepEqual([refused.status, refused.body.code, refused.headers.get('www-authenticate')], [401, 'invalid_credentials', 'Bearer'])
    assert.equal((await shop.get('/auth/me', { token })).status, 200)
  })

  test('sessions are listed and ended by their owner alone', async () => {
    const { shop } = given()
    const user = await newUser(shop)
    const { body } = await shop.get('/auth/sessions', user)
    assert.equal(body.items.length, 1)
    assert.equal(body.items[0].current, true)
    const other = await newUser(shop)
    assert.equal((await shop.ask('DELETE', `/auth/sessions/${body.items[0].id}`, other)).status, 404)
    assert.equal((await shop.ask('DELETE', `/auth/sessions/${body.items[0].id}`, user)).status, 204)
    assert.equal((await shop.post('/auth/refresh', { refreshToken: user.refreshToken })).status, 401)
  })

  test('roles are given by an admin; the last admin stays one', async () => {
    const { shop, admin } = given()
    const user = await newUser(shop)
    assert.equal((await shop.ask('PUT', `/auth/users/${user.id}/roles`, { body: { roles: ['admin'] }, token: user.token })).status, 403)
    const given_ = await shop.ask('PUT', `/auth/users/${user.id}/roles`, { body: { roles: ['staff'] }, token: admin })
    assert.equal(given_.status, 200, given_.text)
    const login = await shop.post('/auth/login', { email: user.email, password: user.password })
    assert.equal((await shop.get('/orders?email=x@example.com', { token: login.body.accessToken })).status, 200)
    assert.deepEqual((await shop.get('/auth/roles', user)).body.items.map(({ name }: { name: string }) => name), ['customer', 'staff', 'admin'])
    const me = await shop.get('/auth/me', { token: admin })
    assert.equal((await shop.ask('PUT', `/auth/users/${me.body.id}/roles`, { body: { roles: ['customer'] }, token: admin })).body.code, 'last_admin')
    assert.equal((await shop.get(`/auth/users?q=${encodeURIComponent(user.email)}`, { token: admin })).body.items[0].id, user.id)
  })

  test('an invalid token is refused on public operations too, and ignored where one logs in', async () => {
    const { shop } = given()
    const token = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.'
    const refused = await shop.get('/products', { token })
    assert.equal(refused.status, 401)
    assert.match(refused.headers.get('www-authenticate') ?? '', /^Bearer/)
    const user = await newUser(shop)
    assert.equal((await shop.post('/auth/login', { email: user.email, password: user.password }, { token })).status, 200)
    assert.equal((await shop.get('/health/live', { token })).status, 200)
  })

  test('keys are published for others to verify tokens', async () => {
    const { body } = await given().shop.get('/.well-known/jwks.json')
    assert.equal(body.keys[0].crv, 'Ed25519')
    assert.equal(body.keys[0].d, undefined)
  })
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Open, account, aSession, aToken, fresh, quiet, sha } from '../records.ts'

export default (open: Open): void => {
  test('an account is found by id and e-mail, with its roles and its password\'s hash', async (t) => {
    const { store } = await fresh(open, t)
    const ada = account(1)
    assert.equal(await store.register(ada, aSession(1, ada.id), aToken(1, ada.id), quiet), 'registered')
    const shown = { id: ada.id, email: ada.email, name: ada.name, roles: ['customer'], emailVerified: false, createdAt: ada.createdAt }
    assert.deepEqual(await store.findAccount(ada.id), shown)
    for (const by of [{ email: ada.email }, { id: ada.id }]) assert.deepEqual(await store.findLogin(by), { ...shown, passwordHash: ada.passwordHash })
    assert.deepEqual([await store.findAccount(account(2).id), await store.findLogin({ email: 'nobody@x.org' })], [null, null])
  })

  test('a taken e-mail leaves nothing of the second account behind', async (t) => {
    const { store } = await fresh(open, t)
    const [ada, twin] = [account(1), { ...account(2), email: account(1).email }]
    const both = await Promise.all([store.register(ada, aSession(1, ada.id), aToken(1, ada.id), quiet), store.register(twin, aSession(2, twin.id), aToken(2, twin.id), quiet)])
    assert.deepEqual([...both].sort(), ['email_taken', 'registered'])
    const [second, session] = both[0] === 'registered' ? [twin, aSession(2, twin.id)] : [ada, aSession(1, ada.id)]
    assert.equal(await store.findAccount(second.id), null)
    assert.equal(await store.findRefresh(session.refreshHash), null)
  })

  test('of several first admins at once one is created; later none', async (t) => {
    const { store } = await fresh(open, t)
    assert.equal(await store.hasAdmin(), false)
    const done = await Promise.all([1, 2, 3].map((n) => store.createFirstAdmin(account(n))))
    assert.deepEqual(done.sort(), ['created', 'exists', 'exists'])
    assert.equal(await store.hasAdmin(), true)
    assert.equal((await store.listAccounts({ text: null, after: null, limit: 10 })).length, 1)
  })

  test('a first admin is none where the e-mail has an account', async (t) => {
    const { store } = await fresh(open, t)
    const ada = account(1)
    await store.register(ada, aSession(1, ada.id), aToken(1, ada.id), quiet)
    assert.equal(await store.createFirstAdmin({ ...account(2), email: ada.email }), 'exists')
    assert.equal(await store.hasAdmin(), false)
  })

  test('roles are replaced, and the last admin is not taken away', async (t) => {
    const { store } = await fresh(open, t)
    const [root, ada] = [account(1), account(2)]
    await store.createFirstAdmin(root)
    await store.register(ada, aSession(2, ada.id), aToken(2, ada.id), quiet)
    assert.equal(await store.setRoles(root.id, ['staff']), 'last_admin')
    assert.deepEqual((await store.findAccount(root.id))?.roles, ['admin'])
    assert.equal(await store.setRoles(account(9).id, ['staff']), 'unknown')
    assert.equal(await store.setRoles(ada.id, ['staff', 'admin']), 'changed')
    assert.deepEqual((await store.findAccount(ada.id))?.roles, ['staff', 'admin'])
    const down = await Promise.all([root, ada].map(({ id }) => store.setRoles(id, ['customer'])))
    assert.deepEqual(down.sort(), ['changed', 'last_admin'])
  })

  test('accounts are listed newest first, after one, and by a part of name or e-mail', async (t) => {
    const { store } = await fresh(open, t)
    for (const n of [1, 2, 3, 4]) await store.register(account(n), aSession(n, account(n).id), aToken(n, account(n).id), quiet)
    const ids = async (text: string | null, after: string | null, limit = 10) => (await store.listAccounts({ text, after, limit })).map(({ id }) => id)
    assert.deepEqual(await ids(null, null, 2), [account(4).id, account(3).id])
    assert.deepEqual(await ids(null, account(3).id), [account(2).id, account(1).id])
    assert.deepEqual(await ids('PERSON 3', null), [account(3).id])
    assert.deepEqual(await ids('person4@', null), [account(4).id])
    for (const wild of ['%', '_', '\\', 'person%4']) assert.deepEqual(await ids(wild, null), [], wild)
  })

  test('an e-mail is proved by its token once, and not after its time', async (t) => {
    const { store } = await fresh(open, t)
    const ada = account(1)
    await store.register(ada, aSession(1, ada.id), aToken(1, ada.id, 500), quiet)
    assert.equal(await store.verifyEmail(sha('token 1'), 500), false)
    assert.equal((await store.findAccount(ada.id))?.emailVerified, false)
    assert.equal(await store.verifyEmail(sha('token 1'), 499), true)
    assert.equal((await store.findAccount(ada.id))?.emailVerified, true)
    assert.equal(await store.verifyEmail(sha('token 1'), 499), false)
  })
}

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { emailRequested } from '../../contract/events.ts'
import { type Open, account, aSession, aToken, fresh, quiet, sha } from '../records.ts'

const ada = account(1)
const mail = { events: [emailRequested({ to: ada.email, template: 'x', values: {} })] }

const withAda = async (open: Open, t: TestContext) => {
  const opened = await fresh(open, t)
  await opened.store.register(ada, aSession(1, ada.id), aToken(1, ada.id), quiet)
  await opened.store.startSession(aSession(2, ada.id), { verified: ada.passwordHash, hash: ada.passwordHash }, '', quiet)
  const resetToken = (n: number) => opened.store.requestReset('mail', 100, 1000, aToken(n, ada.id, 500, 'reset_password'), mail)
  return { ...opened, resetToken }
}

export default (open: Open): void => {
  test('a password changes from the one it was, ending the other sessions and the reset tokens', async (t) => {
    const { store, resetToken, eventTypes } = await withAda(open, t)
    await resetToken(2)
    const keep = aSession(1, ada.id).session.id
    assert.equal(await store.changePassword(ada.id, 'another hash', 'new', keep, mail), false)
    assert.equal((await store.listSessions(ada.id, 100, { after: null, limit: 5 })).length, 2)
    assert.equal(await store.changePassword(ada.id, ada.passwordHash, 'new', keep, mail), true)
    assert.deepEqual((await store.listSessions(ada.id, 100, { after: null, limit: 5 })).map(({ id }) => id), [keep])
    assert.equal(await store.findResetToken(sha('token 2'), 100), null)
    assert.deepEqual(await eventTypes(), ['email.requested.v1', 'email.requested.v1'])
  })

  test('a reset token replaces the older one and leaves the e-mail\'s proof alone', async (t) => {
    const { store, resetToken } = await withAda(open, t)
    await resetToken(2)
    await resetToken(3)
    assert.equal(await store.findResetToken(sha('token 2'), 100), null)
    assert.deepEqual(await store.findResetToken(sha('token 3'), 100), { userId: ada.id, email: ada.email, name: ada.name })
    assert.equal(await store.findResetToken(sha('token 3'), 500), null)
    assert.equal(await store.findResetToken(sha('token 1'), 100), null)
    assert.equal(await store.verifyEmail(sha('token 1'), 100), true)
  })

  test('asking for nobody counts as asking for somebody does, and tells nobody', async (t) => {
    const { store, eventTypes } = await withAda(open, t)
    for (let i = 0; i < 2; i++) await store.requestReset('mail of nobody', 100 + i, 1000, null, quiet)
    assert.deepEqual((await store.attempts('mail of nobody', '')).account, { failures: 2, lastAt: 101 })
    assert.deepEqual(await eventTypes(), [])
  })

  test('a reset spends its token once and ends every session and the lock', async (t) => {
    const { store, resetToken } = await withAda(open, t)
    await resetToken(2)
    await store.countFailure([{ subject: 'account', forgetMs: 1000 }], 100)
    assert.equal(await store.resetPassword(sha('token 2'), 500, ada.id, 'late', 'account', mail), false)
    const done = await Promise.all(['one', 'two'].map((hash) => store.resetPassword(sha('token 2'), 100, ada.id, hash, 'account', mail)))
    assert.deepEqual(done, [true, false])
    assert.equal((await store.findLogin({ id: ada.id }))?.passwordHash, 'one')
    assert.deepEqual(await store.listSessions(ada.id, 100, { after: null, limit: 5 }), [])
    assert.equal((await store.attempts('account', '')).account, null)
  })
}

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { emailRequested } from '../../contract/events.ts'
import { type Open, account, aSession, aToken, fresh, quiet, sha } from '../records.ts'

const ada = account(1)
const mail = { events: [emailRequested({ to: ada.email, template: 'x', values: {} })] }

const withAda = async (open: Open, t: TestContext) => {
  const opened = await fresh(open, t)
  await opened.store.register(ada, aSession(1, ada.id), aToken(1, ada.id), quiet)
  const first = aSession(1, ada.id)
  const spend = (from: string, next: string, at = 200) =>
    opened.store.rotate({ spend: sha(from), next: sha(next), sessionId: first.session.id, at, device: 'a tablet', address: null })
  return { ...opened, first, spend }
}

export default (open: Open): void => {
  test('a refresh token is exchanged once, for one that belongs to the same session', async (t) => {
    const { store, first, spend } = await withAda(open, t)
    const about = { sessionId: first.session.id, userId: ada.id, expiresAt: 1000 }
    assert.deepEqual(await store.findRefresh(sha('refresh 1')), { ...about, spent: false })
    assert.equal(await spend('refresh 1', 'next'), true)
    assert.deepEqual(await store.findRefresh(sha('refresh 1')), { ...about, spent: true })
    assert.deepEqual(await store.findRefresh(sha('next')), { ...about, spent: false })
    assert.equal(await spend('refresh 1', 'other'), false)
    assert.equal(await store.findRefresh(sha('other')), null)
  })

  test('of many exchanges of one token exactly one holds', async (t) => {
    const { spend } = await withAda(open, t)
    const done = await Promise.all(Array.from({ length: 10 }, (_, i) => spend('refresh 1', `next ${i}`)))
    assert.equal(done.filter((one) => one).length, 1)
  })

  test('nothing is exchanged when the session has expired or ended', async (t) => {
    const { store, first, spend } = await withAda(open, t)
    assert.equal(await spend('refresh 1', 'next', 1000), false)
    assert.equal((await store.findRefresh(sha('refresh 1')))?.spent, false)
    await store.endSession(first.session.id, ada.id, quiet)
    assert.equal(await spend('refresh 1', 'next'), false)
  })

  test('a session is ended once, by its own user, with all its tokens and its event', async (t) => {
    const { store, first, spend, eventTypes } = await withAda(open, t)
    await spend('refresh 1', 'next')
    assert.equal(await store.endSession(first.session.id, account(2).id, mail), false)
    const ends = await Promise.all([1, 2].map(() => store.endSession(first.session.id, ada.id, mail)))
    assert.deepEqual(ends.sort(), [false, true])
    assert.deepEqual([await store.findRefresh(sha('refresh 1')), await store.findRefresh(sha('next'))], [null, null])
    assert.deepEqual(await eventTypes(), ['email.requested.v1'])
  })

  test('sessions are listed newest first, after one, without those that expired', async (t) => {
    const { store, first, spend } = await withAda(open, t)
    const second = aSession(2, ada.id)
    await store.startSession(second, { verified: ada.passwordHash, hash: ada.passwordHash }, 'account', quiet)
    await spend('refresh 1', 'next', 300)
    const used = { ...first.session, lastUsedAt: 300, device: 'a tablet', address: null }
    assert.deepEqual(await store.listSessions(ada.id, 999, { after: null, limit: 5 }), [second.session, used])
    assert.deepEqual(await store.listSessions(ada.id, 999, { after: second.session.id, limit: 5 }), [used])
    assert.deepEqual(await store.listSessions(ada.id, 999, { after: null, limit: 1 }), [second.session])
    assert.deepEqual(await store.listSessions(ada.id, 1000, { after: null, limit: 5 }), [])
  })

  test('a sign-in keeps the newer hash and forgets the failures; not where the password changed meanwhile', async (t) => {
    const { store } = await withAda(open, t)
    await store.countFailure([{ subject: 'account', forgetMs: 1000 }], 100)
    assert.equal(await store.startSession(aSession(2, ada.id), { verified: 'an older hash', hash: 'newer' }, 'account', mail), false)
    assert.equal((await store.attempts('account', '')).account?.failures, 1)
    assert.equal(await store.findRefresh(sha('refresh 2')), null)
    assert.equal(await store.startSession(aSession(2, ada.id), { verified: ada.passwordHash, hash: 'newer' }, 'account', quiet), true)
    assert.equal((await store.attempts('account', '')).account, null)
    assert.equal((await store.findLogin({ id: ada.id }))?.passwordHash, 'newer')
  })

  test('sweep() forgets what has expired, and nothing else', async (t) => {
    const { store } = await withAda(open, t)
    const late = aSession(2, ada.id)
    await store.startSession({ ...late, session: { ...late.session, expiresAt: 5000 } }, { verified: ada.passwordHash, hash: ada.passwordHash }, '', quiet)
    await store.countFailure([{ subject: 'old', forgetMs: 1 }], 100)
    await store.countFailure([{ subject: 'new', forgetMs: 1 }], 900)
    const sweep = async (now: number, attemptsBefore: number) => {
      // One of each a time, and a session only after its tokens.
      for (let times = 1; await store.sweep({ now, attempts: attemptsBefore, spent: now - 1000 }, 1); times++) assert.ok(times < 10)
    }
    await sweep(999, 50)
    assert.equal((await store.listSessions(ada.id, 0, { after: null, limit: 10 })).length, 2)
    assert.notEqual(await store.findRefresh(sha('refresh 1')), null)
    assert.equal((await store.attempts('old', '')).account?.failures, 1)
    await sweep(1000, 100)
    assert.equal((await store.listSessions(ada.id, 0, { after: null, limit: 10 })).length, 1)
    assert.equal(await store.findRefresh(sha('refresh 1')), null)
    assert.notEqual(await store.findRefresh(sha('refresh 2')), null)
    assert.equal(await store.verifyEmail(sha('token 1'), 999), false)
    const left = await store.attempts('old', 'new')
    assert.deepEqual([left.account, left.address], [null, { failures: 1, lastAt: 900 }])
  })
  test('sweep() forgets tokens that were spent long ago, never the one that can still be exchanged', async (t) => {
    const { store } = await withAda(open, t)
    const rotate = (from: string, to: string, at: number) =>
      store.rotate({ spend: sha(from), next: sha(to), sessionId: aSession(1, ada.id).session.id, at, device: null, address: null })
    assert.ok(await rotate('refresh 1', 'second', 100))
    assert.ok(await rotate('second', 'third', 300))
    while (await store.sweep({ now: 400, attempts: 0, spent: 200 }, 1));
    const spent = await Promise.all(['refresh 1', 'second', 'third'].map(async (one) => (await store.findRefresh(sha(one)))?.spent))
    assert.deepEqual(spent, [undefined, true, false])
  })
}

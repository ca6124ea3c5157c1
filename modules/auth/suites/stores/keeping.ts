import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Open, account, aKey, aSession, aToken, fresh, quiet } from '../records.ts'

export default (open: Open): void => {
  test('failures are counted under each subject, none lost, and anew after a while', async (t) => {
    const { store } = await fresh(open, t)
    const both = [{ subject: 'account', forgetMs: 1000 }, { subject: 'address', forgetMs: 100 }]
    await Promise.all(Array.from({ length: 20 }, () => store.countFailure(both, 100)))
    assert.deepEqual(await store.attempts('account', 'address'), { account: { failures: 20, lastAt: 100 }, address: { failures: 20, lastAt: 100 } })
    await store.countFailure(both, 200)
    assert.deepEqual(await store.attempts('account', 'address'), { account: { failures: 21, lastAt: 200 }, address: { failures: 1, lastAt: 200 } })
    assert.deepEqual(await store.attempts('nobody', 'nowhere'), { account: null, address: null })
  })

  test('of several keys of one generation one is kept', async (t) => {
    const { store } = await fresh(open, t)
    const [mine, theirs, other] = await Promise.all([store.addKey(aKey(1, 'mine')), store.addKey(aKey(1, 'theirs')), store.addKey(aKey(2))])
    assert.ok(mine !== theirs && other)
    const kept = mine ? 'mine' : 'theirs'
    assert.deepEqual(await store.keys(), [aKey(2), aKey(1, kept)])
    assert.equal(await store.addKey(aKey(1, 'late')), false)
    await store.dropKeys([kept, 'unknown'])
    assert.deepEqual(await store.keys(), [aKey(2)])
    await store.dropKeys([])
  })

  test('a dump loads into an empty store, which then holds the same', async (t) => {
    const [from, to] = [await fresh(open, t), await fresh(open, t)]
    const [root, ada] = [account(1), account(2)]
    await from.store.createFirstAdmin(root)
    await from.store.register(ada, aSession(2, ada.id), aToken(2, ada.id), quiet)
    await from.store.addKey(aKey(1))
    await from.store.countFailure([{ subject: 'account', forgetMs: 1000 }], 100)
    const rows = await Array.fromAsync(from.store.dump())
    await to.store.load((async function* () { yield* rows })())
    assert.deepEqual(await Array.fromAsync(to.store.dump()), rows)
    assert.deepEqual(await to.store.findLogin({ email: ada.email }), await from.store.findLogin({ email: ada.email }))
    assert.equal(await to.store.setRoles(root.id, ['customer']), 'last_admin')
  })
}

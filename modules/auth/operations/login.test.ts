import assert from 'node:assert/strict'
import { test } from 'node:test'
import { argon2Passwords } from '../passwords.ts'
import { slowDown } from '../slow-down.ts'
import { contextOf, partsFor } from '../suites/parts.ts'
import { account } from '../suites/records.ts'
import { login } from './login.ts'

test('a password that is changed while it is being checked signs nobody in', async (t) => {
  const parts = await partsFor(t)
  const context = contextOf(parts.world)
  const passwordHash = await parts.passwords.hash('the old password', context)
  await parts.store.createFirstAdmin({ ...account(1), passwordHash })
  const changing = {
    ...parts.passwords,
    async matches(...asked: Parameters<typeof parts.passwords.matches>) {
      const right = await parts.passwords.matches(...asked)
      await parts.store.changePassword(account(1).id, passwordHash, 'the new hash', '', { events: [] })
      return right
    },
  }
  const given = { email: account(1).email, password: 'the old password' }
  await assert.rejects(login({ ...parts, passwords: changing }, slowDown(parts)).login(given, context), { code: 'invalid_credentials' })
  assert.deepEqual(await parts.store.listSessions(account(1).id, 0, { after: null, limit: 5 }), [])
})

test('a login under older parameters keeps the hash under today\'s', async (t) => {
  const parts = await partsFor(t)
  const context = contextOf(parts.world)
  const weaker = argon2Passwords(parts.world, { waiting: () => 0, take: (work) => work() }, { memoryCost: 8192, timeCost: 1, parallelism: 1 })
  const passwordHash = await weaker.hash('a long password', context)
  assert.match(passwordHash, /m=8192,t=1,p=1/)
  await parts.store.createFirstAdmin({ ...account(1), passwordHash })
  const given = { email: account(1).email, password: 'a long password' }
  for (let i = 0; i < 2; i++) await login(parts, slowDown(parts)).login(given, context)
  assert.match((await parts.store.findLogin({ id: account(1).id }))?.passwordHash ?? '', /m=19456,t=2,p=1/)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contextOf, partsFor } from '../suites/parts.ts'
import { account, aSession, aToken, quiet, sha } from '../suites/records.ts'
import { refresh } from './refresh.ts'

const ada = account(1)

test('a session that has expired and is not swept yet is refused without a word about thieves', async (t) => {
  const parts = await partsFor(t)
  const session = aSession(1, ada.id)
  await parts.store.register(ada, { ...session, refreshHash: sha('a refresh token') }, aToken(1, ada.id), quiet)
  await assert.rejects(refresh(parts).refresh({ refreshToken: 'a refresh token' }, contextOf(parts.world)), { code: 'invalid_refresh_token' })
  assert.notEqual(await parts.store.findRefresh(sha('a refresh token')), null)
})

test('a session that ends while its token is exchanged is refused without a word about thieves', async (t) => {
  const parts = await partsFor(t)
  const now = parts.world.now()
  const { session } = aSession(1, ada.id)
  await parts.store.register(ada, { session: { ...session, createdAt: now, expiresAt: now + 60_000 }, refreshHash: sha('a refresh token') }, aToken(1, ada.id), quiet)
  const told: unknown[] = []
  const ending: typeof parts.store = {
    ...parts.store,
    async rotate(rotation) {
      await parts.store.endSession(session.id, ada.id, quiet)
      return parts.store.rotate(rotation)
    },
    async endSession(...asked) {
      const ended = await parts.store.endSession(...asked)
      if (ended) told.push(asked)
      return ended
    },
  }
  await assert.rejects(refresh({ ...parts, store: ending }).refresh({ refreshToken: 'a refresh token' }, contextOf(parts.world)), { code: 'invalid_refresh_token' })
  assert.deepEqual(told, [])
})

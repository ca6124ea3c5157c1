import { createHash } from 'node:crypto'
import type { TestContext } from 'node:test'
import type { Portable } from '../../../src/databases/sql.ts'
import type { AuthStore, NewAccount, NewSession, OneTimeToken, Purpose, SigningKey, Told } from '../store.ts'

/** Opens an empty store. */
export type Open = () => Promise<{ store: AuthStore & Portable; close(): Promise<void> }>

/** An empty store that ends with the test, and the types of the events it has stored, oldest first. */
export const fresh = async (open: Open, t: TestContext): Promise<{ store: AuthStore & Portable; eventTypes(): Promise<string[]> }> => {
  const { store, close } = await open()
  t.after(close)
  return {
    store,
    async eventTypes() {
      const rows = await Array.fromAsync(store.dump())
      return rows.filter(({ table }) => table === 'outbox').map(({ row }) => String(row['type']))
    },
  }
}

export const sha = (text: string): string => createHash('sha256').update(text).digest('hex')
export const quiet: Told = { events: [] }
const id = (kind: number, n: number) => `00000000-0000-7000-8000-${String(kind * 1000 + n).padStart(12, '0')}`

export const account = (n: number): NewAccount => ({ id: id(1, n), email: `person${n}@x.org`, name: `Person ${n}`, createdAt: 100, passwordHash: `hash ${n}` })
export const aSession = (n: number, userId: string): NewSession => ({
  session: { id: id(2, n), userId, device: 'a phone', address: '10.0.0.1', createdAt: 100, lastUsedAt: 100, expiresAt: 1000 }, refreshHash: sha(`refresh ${n}`),
})
export const aToken = (n: number, userId: string, expiresAt = 1000, purpose: Purpose = 'verify_email'): OneTimeToken =>
  ({ hash: sha(`token ${n}`), userId, purpose, expiresAt })
export const aKey = (generation: number, kid = `key ${generation}`): SigningKey =>
  ({ kid, generation, privateJwk: '{"d":"secret"}', publicJwk: '{"x":"open"}', createdAt: 100, signsFrom: 200 })

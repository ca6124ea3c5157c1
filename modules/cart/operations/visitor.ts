import { createHash } from 'node:crypto'
import type { Caller } from '../../../src/module/context.ts'
import type { World } from '../../../src/module/world.ts'
import type { CartSettings } from '../settings.ts'
import type { Moment, Owner } from '../store.ts'

/** Whose cart it is; `session` is a guest's, as the client holds it. Only its hash is stored. */
export interface Visitor { owner: Owner; session: string | null }

const DAY_MS = 24 * 3600 * 1000
const guest = (session: string): Visitor => ({ owner: `session:${createHash('sha256').update(session).digest('hex')}`, session })

/** Null for who has neither token nor session. Whether a session is one of ours shows when its cart is looked for. */
export const visitorOf = (caller: Caller): Visitor | null => {
  if (caller.is === 'user') return { owner: `user:${caller.id}`, session: null }
  return caller.is === 'guest' ? guest(caller.session) : null
}

/** A guest whose session starts now: 256 random bits. */
export const newGuest = (world: World): Visitor => guest(Buffer.from(world.random(32)).toString('base64url'))

/** Now, and until when a cart lives that is changed now. */
export const momentFor = (owner: Owner, world: World, { guestCartDays, userCartDays }: CartSettings): Moment => {
  const now = world.now()
  return { now, expiresAt: now + DAY_MS * (owner.startsWith('user:') ? userCartDays : guestCartDays) }
}

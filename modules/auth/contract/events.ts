import { Type } from '@sinclair/typebox'
import { event } from '../../../src/contract/event.ts'
import { Email, Id, Time } from '../../../src/contract/scalars.ts'

export { emailRequested } from '../../../src/contract/email.ts'
export const userRegistered = event('user.registered.v1', Type.Object({ userId: Id, email: Email, name: Type.String(), at: Time }))
/** A guest with a session became this user; cart merges what the session held. The session is its SHA-256 in hex. */
export const guestSignedIn = event('guest.signed_in.v1', Type.Object({ userId: Id, session: Type.String() }))

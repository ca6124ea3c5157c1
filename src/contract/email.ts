import { Type } from '@sinclair/typebox'
import { event } from './event.ts'
import { Email } from './scalars.ts'

/** A mail that a module wants sent: a template's name and what it is filled with. Emitted with its cause, in one change. */
export const emailRequested = event('email.requested.v1', Type.Object({
  to: Email,
  template: Type.String(),
  values: Type.Record(Type.String(), Type.String()),
}))

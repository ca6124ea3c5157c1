import { Type } from '@sinclair/typebox'
import { nothing } from '../../../src/contract/contract.ts'
import { inner } from '../../../src/contract/inner.ts'
import { Closed, Email, Id, Nullable } from '../../../src/contract/scalars.ts'

/** The public keys that access tokens may be signed with, as JWKs (RFC 7517): the current one and those still in use. */
export const keys = inner({
  takes: nothing,
  returns: Closed({ keys: Type.Array(Type.Record(Type.String(), Type.String())) }),
})

/** Who a user is, for an order's e-mail; null for an unknown id. */
export const account = inner({
  takes: Closed({ id: Id }),
  returns: Closed({ account: Nullable(Closed({ id: Id, email: Email, name: Type.String() })) }),
})

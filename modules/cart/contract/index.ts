import { contract } from '../../../src/contract/contract.ts'

import * as inner from './inner.ts'
import { guestSignedIn } from '../../auth/contract/events.ts'

export const cart = contract('cart', {
  port: 3005,
  operations: {},
  inner: { snapshot: inner.snapshot, settle: inner.settle, merge: inner.merge },
  events: {},
  hears: { guestSignedIn },
})

import { contract } from '../../../src/contract/contract.ts'
import { guestSignedIn } from '../../auth/contract/events.ts'
import * as inner from './inner.ts'
import * as operations from './operations.ts'

export const cart = contract('cart', {
  port: 3005,
  calls: ['product'],
  operations,
  inner: { snapshot: inner.snapshot, settle: inner.settle, merge: inner.merge },
  events: {},
  hears: { guestSignedIn },
})

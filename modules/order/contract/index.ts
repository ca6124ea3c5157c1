import { contract } from '../../../src/contract/contract.ts'
import * as events from './events.ts'
import * as operations from './operations.ts'
import * as payments from './payments.ts'

export const order = contract('order', {
  port: 3004,
  calls: ['auth', 'cart', 'product'],
  operations: { ...operations, ...payments },
  inner: {},
  events,
  hears: {},
})

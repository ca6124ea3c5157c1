import { contract } from '../../../src/contract/contract.ts'
import * as events from './events.ts'

export const order = contract('order', {
  port: 3004,
  operations: {},
  inner: {},
  events: events,
  hears: {},
})

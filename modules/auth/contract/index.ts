import { contract } from '../../../src/contract/contract.ts'
import * as events from './events.ts'
import * as inner from './inner.ts'
import * as operations from './operations.ts'

export const auth = contract('auth', {
  port: 3001,
  calls: ['cart'],
  operations,
  inner: { keys: inner.keys, account: inner.account },
  events,
  hears: {},
})

import { contract } from '../../../src/contract/contract.ts'
import * as events from './events.ts'
import * as inner from './inner.ts'

export const product = contract('product', {
  port: 3002,
  operations: {},
  inner: { quote: inner.quote, reserve: inner.reserve, commit: inner.commit, release: inner.release, giveBack: inner.giveBack },
  events: events,
  hears: {},
})

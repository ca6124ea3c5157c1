import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contract } from '../contract/contract.ts'
import { callersIn } from './bus.ts'

const about = { port: 1, operations: {}, inner: {}, events: {}, hears: {} }

test('a broker user named like a module calls what that module says it calls, and reads the keys of tokens; a shared user calls all', () => {
  const may = callersIn([contract('cart', { ...about, calls: ['product'] }), contract('product', about), contract('order', { ...about, calls: ['cart', 'product'] }), contract('auth', about)])
  const callers = [['cart', 'product', 'quote'], ['cart', 'order', 'quote'], ['product', 'cart', 'settle'], ['order', 'cart', 'settle']] as const
  assert.deepEqual(callers.map(([user, module, operation]) => may(user, module, operation)), [true, false, false, true])
  assert.deepEqual([may('cart', 'auth', 'keys'), may('cart', 'auth', 'account'), may('cart', 'product', 'keys')], [true, false, true])
  assert.equal(may('mercado', 'cart', 'settle'), true)
})

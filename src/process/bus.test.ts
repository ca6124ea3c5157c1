import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contract } from '../contract/contract.ts'
import { callersIn } from './bus.ts'

const about = { port: 1, operations: {}, inner: {}, events: {}, hears: {} }

test('a broker user named like a module calls what that module says it calls; a shared user calls all', () => {
  const may = callersIn([contract('cart', { ...about, calls: ['product'] }), contract('product', about), contract('order', { ...about, calls: ['cart', 'product'] })])
  assert.deepEqual([may('cart', 'product'), may('cart', 'order'), may('product', 'cart'), may('order', 'cart')], [true, false, false, true])
  assert.equal(may('mercado', 'cart'), true)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Method, methodFor, shippingOf } from './shipping.ts'

const method = (id: string, about: Partial<Method> = {}): Method => ({ id, name: id, price: 500, freeFrom: null, countries: null, ...about })
const methods = [method('home', { countries: ['DE'] }), method('express', { countries: ['DE', 'FR'] }), method('world')]

test('the first method that ships there is the default', () => {
  assert.equal(methodFor(methods, 'DE', { asked: null, chosen: null })?.id, 'home')
  assert.equal(methodFor(methods, 'FR', { asked: null, chosen: null })?.id, 'express')
  assert.equal(methodFor(methods, null, { asked: null, chosen: null })?.id, 'home')
  assert.equal(methodFor([method('home', { countries: ['DE'] })], 'US', { asked: null, chosen: null }), null)
})

test('a choice gives way where it does not ship, an asked method does not', () => {
  assert.equal(methodFor(methods, 'FR', { asked: null, chosen: 'world' })?.id, 'world')
  assert.equal(methodFor(methods, 'US', { asked: null, chosen: 'express' })?.id, 'world')
  assert.equal(methodFor(methods, 'US', { asked: 'express', chosen: 'world' }), null)
  assert.equal(methodFor(methods, 'DE', { asked: 'pigeon', chosen: null }), null)
})

test('shipping is free from the method\'s subtotal on, and for nothing', () => {
  const free = method('free', { freeFrom: 5000 })
  assert.equal(shippingOf(free, 4999, 1), 500)
  assert.equal(shippingOf(free, 5000, 1), 0)
  assert.equal(shippingOf(method('paid'), 0, 1), 500)
  assert.equal(shippingOf(method('paid'), 0, 0), 0)
  assert.equal(shippingOf(null, 5000, 1), 0)
})

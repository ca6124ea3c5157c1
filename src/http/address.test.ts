import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientAddress, isNetwork } from './address.ts'

test('X-Forwarded-For of a peer that is no trusted proxy counts for nothing', () => {
  assert.equal(clientAddress([])('203.0.113.9', () => '198.51.100.1'), '203.0.113.9')
  assert.equal(clientAddress(['10.0.0.0/8'])('203.0.113.9', () => '198.51.100.1'), '203.0.113.9')
})

test('behind trusted proxies the client is the last address from the right that is none of them', () => {
  const of = clientAddress(['10.0.0.0/8', '2001:db8::/32'])
  assert.equal(of('10.1.1.1', () => '1.2.3.4, 198.51.100.1, 10.2.2.2'), '198.51.100.1')
  assert.equal(of('::ffff:10.1.1.1', () => '198.51.100.1'), '198.51.100.1')
  assert.equal(of('2001:db8::5', () => '198.51.100.1'), '198.51.100.1')
})

test('a forwarded address that is none ends the search', () => {
  const of = clientAddress(['10.0.0.0/8'])
  assert.equal(of('10.1.1.1', () => '198.51.100.1, <script>'), '10.1.1.1')
  assert.equal(of('10.1.1.1', () => null), '10.1.1.1')
})

test('a network is an address with or without its bits', () => {
  assert.deepEqual(['10.0.0.0/8', '::1', '2001:db8::/32'].map(isNetwork), [true, true, true])
  assert.deepEqual(['10.0.0.0/33', 'proxy', '10.0.0.0/8/8', '::1/129'].map(isNetwork), [false, false, false, false])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { network } from './network.ts'

test('an IPv4 address counts for itself, however it is written', () => {
  assert.equal(network('203.0.113.7'), '203.0.113.7')
  assert.equal(network('::ffff:203.0.113.7'), '203.0.113.7')
})

test('IPv6 addresses of one /64 count as one', () => {
  const one = network('2001:db8:1:2:3:4:5:6')
  assert.equal(one, '2001:db8:1:2::/64')
  for (const same of ['2001:DB8:1:2::', '2001:0db8:0001:0002:ffff::1', '2001:db8:1:2::9%eth0']) assert.equal(network(same), one, same)
  for (const other of ['2001:db8:1:3::1', '2001:db8::2', '::1']) assert.notEqual(network(other), one, other)
  assert.equal(network('::1'), '0:0:0:0::/64')
})

test('no address stays none', () => assert.equal(network(''), ''))

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wellKnownPasswords } from './well-known-passwords.ts'
import { normalPassword, refusedPassword } from './passwords.ts'

test('refusedPassword() counts code points of the normal form', () => {
  const ten = 'x'.repeat(10)
  for (const good of [ten, 'x'.repeat(128), '😀'.repeat(10), '😀'.repeat(128), 'e\u0301'.repeat(128), '          ']) assert.equal(refusedPassword(good, true), null)
  for (const bad of ['x'.repeat(9), 'e\u0301'.repeat(9), 'x'.repeat(129), '😀'.repeat(129)]) assert.match(refusedPassword(bad, false) ?? '', /characters/)
})

test('refusedPassword() refuses what everybody tries first, whatever its case, where it is told to', () => {
  for (const bad of ['1234567890', 'Password123', 'QWERTYUIOP', 'iloveyou12', '0000000000', 'passw0rd1234']) {
    assert.match(refusedPassword(bad, true) ?? '', /commonest/, bad)
    assert.equal(refusedPassword(bad, false), null, bad)
  }
  for (const good of ['correct horse', 'password-of-mine', 'Tr0ub4dor&3x']) assert.equal(refusedPassword(good, true), null, good)
})

test('half a surrogate pair is no text and is refused', () => assert.match(refusedPassword('long enough \ud800', false) ?? '', /Unicode/))

test('normalPassword() is one form for all ways to type the same, and cuts nothing off', () => {
  assert.equal(normalPassword('e\u0301'), '\u00e9')
  assert.equal(normalPassword('x'.repeat(300)).length, 300)
})

test('the list holds only what the length lets through', () => {
  assert.ok(wellKnownPasswords.size > 300)
  for (const password of wellKnownPasswords) {
    assert.ok([...password].length >= 10, password)
    assert.equal(password, password.toLowerCase())
  }
})

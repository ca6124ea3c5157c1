import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemContext } from '../../src/module/context.ts'
import { testWorld } from '../../test/world.ts'
import { argon2Passwords, mustBeGood, parameters } from './passwords.ts'
import { type Turns, turns } from './turns.ts'

const world = testWorld()
const context = systemContext(world, 60_000)
const passwords = argon2Passwords(world, turns(1, 10))

test('a hash is argon2id with its parameters in it, salted anew each time', async () => {
  const [one, two] = [await passwords.hash('correct horse', context), await passwords.hash('correct horse', context)]
  assert.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  assert.notEqual(one, two)
  assert.equal(await passwords.matches(one, 'correct horse', context), true)
  assert.equal(await passwords.matches(one, 'correct horse ', context), false)
})

test('passwords that differ only far behind differ', async () => {
  const kept = await passwords.hash(`${'x'.repeat(127)}a`, context)
  assert.equal(await passwords.matches(kept, `${'x'.repeat(127)}b`, context), false)
})

test('nobody\'s password is compared as well, and never right', async () => {
  let taken = 0
  const counted: Turns = { waiting: () => 0, take: (work) => { taken++; return work() } }
  const counting = argon2Passwords(world, counted)
  assert.equal(await counting.matches(null, 'anything at all', context), false)
  assert.equal(taken, 1)
})

test('a hash that failed once does not fail every later login', async () => {
  let failures = 1
  const salts = { random: (bytes: number) => { if (failures-- > 0) throw new Error('no randomness yet'); return world.random(bytes) } }
  const unlucky = argon2Passwords(salts, turns(1, 10))
  await assert.rejects(unlucky.matches(null, 'anything at all', context))
  assert.equal(await unlucky.matches(null, 'anything at all', context), false)
})

test('a password is hashed anew when parameters rise, and not when they do not', async () => {
  const weaker = argon2Passwords(world, turns(1, 10), { ...parameters, memoryCost: 8192, timeCost: 1 })
  const old = await weaker.hash('correct horse', context)
  const renewed = await passwords.renewed(old, 'correct horse', context)
  assert.match(renewed, /m=19456,t=2,p=1/)
  assert.equal(await passwords.matches(renewed, 'correct horse', context), true)
  assert.equal(await passwords.renewed(renewed, 'correct horse', context), renewed)
  assert.equal(await weaker.renewed(renewed, 'correct horse', context), renewed)
})

test('a refused password names its field', () =>
  assert.throws(() => mustBeGood('short', 'newPassword', { refuseCommonPasswords: false }), { code: 'invalid_input', about: { errors: [{ in: 'body', path: '/newPassword', message: 'has 5 characters; at least 10 are needed' }] } }))

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createContainer, token } from './container.ts'

const clock = token<{ now(): number }>('clock')
const store = token<{ name: string }>('store')

test('what is registered is made once, when first asked for', () => {
  const container = createContainer()
  let made = 0
  container.register(clock, () => ({ now: () => ++made }))
  assert.equal(made, 0)
  assert.equal(container.get(clock), container.get(clock))
})

test('a child finds its own and its parent\'s, and brothers do not see each other', () => {
  const parent = createContainer()
  parent.register(clock, () => ({ now: () => 7 }))
  const [one, two] = [parent.child(), parent.child()]
  one.register(store, (container) => ({ name: `one at ${container.get(clock).now()}` }))
  two.register(store, () => ({ name: 'two' }))
  assert.equal(one.get(store).name, 'one at 7')
  assert.equal(two.get(store).name, 'two')
  assert.throws(() => parent.get(store))
})

test('a second registration is refused', () => {
  const container = createContainer()
  container.register(store, () => ({ name: 'first' }))
  assert.throws(() => container.register(store, () => ({ name: 'second' })), /store is registered twice/)
})

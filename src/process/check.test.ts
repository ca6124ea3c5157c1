import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from '@sinclair/typebox'
import { contract, nothing } from '../contract/contract.ts'
import { event } from '../contract/event.ts'
import { operation } from '../contract/operation.ts'
import type { Module } from '../module/module.ts'
import { StartError, checkModules } from './check.ts'

const told = event('thing.done.v1', Type.Object({}))
const made = (name: string, about: { uses?: string[]; calls?: string[]; route?: '/a' | '/b'; hears?: boolean; emits?: boolean } = {}): Module => {
  const own = contract(name, {
    port: 1, inner: {}, calls: about.calls ?? about.uses ?? [],
    operations: about.route === undefined ? {} : { read: operation(`GET ${about.route}`, { access: 'public', summary: '', takes: nothing, returns: nothing }) },
    events: about.emits ? { told } : {}, hears: about.hears ? { told } : {},
  })
  return {
    contract: own, uses: Object.fromEntries((about.uses ?? []).map((used) => [used, { ...own, name: used }])), settings: nothing,
    stores: { sqlite: { migrations: [], open: () => ({ async *dump() {}, load: async () => 0 }) } },
    build: () => ({ operations: {}, hears: {} }),
  }
}

test('modules that fit together have no problem', () => {
  assert.deepEqual(checkModules([made('a', { uses: ['b'], route: '/a', hears: true }), made('b', { route: '/b', emits: true })]), [])
})

test('all problems are found at once: a double name and route, a missing door, an event nobody tells, a circle', () => {
  const problems = checkModules([
    made('a', { uses: ['b'], route: '/a' }), made('b', { uses: ['a', 'gone'], route: '/a' }), made('c', { hears: true }), made('c'),
  ])
  assert.deepEqual(problems.map(({ name }) => name), ['b.read', 'b', 'c.told', 'c', 'a'])
  assert.match(new StartError(problems).message, /a → b → a/)
})

test('a module uses exactly those whom its contract says it calls', () => {
  const problems = checkModules([made('a', { uses: ['b'], calls: ['c'] }), made('b'), made('c')])
  assert.deepEqual(problems.map(({ message }) => message.split(',')[0]), ['says that it calls c', 'uses b'])
})

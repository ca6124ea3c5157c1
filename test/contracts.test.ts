import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fits, misfit } from '../src/bus/checks.ts'
import * as contracts from '../modules/contracts.ts'
import { everyModule } from '../modules/modules.ts'

const modules = join(import.meta.dirname, '../modules')
const folders = readdirSync(modules, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort()

test('every module\'s folder has its contract, its definition and a port of its own', () => {
  assert.deepEqual(Object.keys(contracts).sort(), folders)
  assert.deepEqual(everyModule.map(({ contract }) => contract.name).sort(), folders)
  for (const [name, contract] of Object.entries(contracts)) assert.equal(contract.name, name)
  assert.equal(new Set(Object.values(contracts).map(({ port }) => port)).size, folders.length)
})

test('every module has its page, its store port, its suites', () => {
  for (const name of folders) {
    for (const part of ['README.md', 'module.ts', 'store.ts', 'stores', 'operations', 'rules', 'contract', 'suites/stores', 'suites/behaviour']) {
      assert.ok(existsSync(join(modules, name, part)), `${name}/${part}`)
    }
  }
})

const events = new Map(Object.values(contracts).flatMap(({ events }) => Object.values(events)).map((event) => [event.type, event]))
const golden = join(import.meta.dirname, 'golden')

for (const [type, { data }] of events) {
  test(`${type} carries what it carried when it was released`, () => {
    const sample: unknown = JSON.parse(readFileSync(join(golden, `${type}.json`), 'utf8'))
    assert.ok(fits(data, sample), misfit(data, sample))
    // Every field that hearers were promised is in the sample, so a renamed or dropped one is seen here.
    assert.deepEqual(Object.keys(data['properties']).sort(), Object.keys(Object(sample)).sort())
  })
}

test('no event was dropped', () => {
  assert.deepEqual(readdirSync(golden).map((name) => name.replace('.json', '')).sort(), [...events.keys()].sort())
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { everyModule } from '../../modules/modules.ts'
import { gatewaySettings } from '../../src/gateway/settings.ts'
import { processSettings } from '../../src/process/process-settings.ts'
import { variableName } from '../../src/process/settings.ts'
import { readSource } from './source.ts'
import { suiteProblems, untriedSettings } from './suites.ts'

test('every store runs its suite, and every module its behaviour', () => assert.deepEqual(suiteProblems(readSource()), []))

test('the law is broken where a module has no suites, or no test runs them over its engine', () => {
  const source = new Map([
    ['modules/cart/module.ts', 'stores: { sqlite: { migrations, open } },'],
    ['modules/cart/suites/stores/lines.ts', ''],
    ['modules/cart/stores/sqlite.test.ts', "import lines from '../suites/stores/lines.ts'; openSqlite()"],
  ])
  assert.deepEqual(suiteProblems(source), ['cart has no suite in suites/behaviour', 'cart: no test in stores/ runs the suites, found by reading the folder, over sqlite'])
})

test('every setting is set by some test', () => {
  const properties = [processSettings, gatewaySettings, ...everyModule.map(({ settings }) => settings)].flatMap((schema) => Object.keys(schema.properties))
  const source = new Map([...readSource()].filter(([path]) => path !== 'test/laws/suites.test.ts'))
  assert.deepEqual(untriedSettings(properties.map((property) => ({ property, name: variableName(property) })), source), [])
})

test('the law is broken where a setting is tried by nobody', () => {
  assert.deepEqual(untriedSettings([{ name: 'LEASE_MS', property: 'leaseMs' }], new Map([['src/x.ts', 'leaseMs'], ['src/x.test.ts', 'other']])), ['no test sets LEASE_MS'])
})

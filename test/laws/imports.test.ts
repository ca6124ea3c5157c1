import assert from 'node:assert/strict'
import { test } from 'node:test'
import about from '../../package.json' with { type: 'json' }
import { importProblems } from './imports.ts'
import { readSource } from './source.ts'

test('every file imports what the house allows', () => assert.deepEqual(importProblems(readSource(), new Set(Object.keys(about.dependencies))), []))

const bad: [string, Record<string, string>, RegExp][] = [
  ['a module imports another\'s inside', { 'modules/cart/operations/x.ts': "import { s } from '../../product/store.ts'" }, /may not/],
  ['a module imports a contract it does not use', { 'modules/cart/module.ts': 'uses: { }', 'modules/cart/x.ts': "import { order } from '../order/contract/index.ts'" }, /may not/],
  ['a module uses a door it never calls', { 'modules/cart/module.ts': 'uses: { product }' }, /never calls/],
  ['a module imports a driver', { 'modules/cart/stores/sqlite.ts': "import { DatabaseSync } from 'node:sqlite'" }, /driver/],
  ['a contract imports src/module', { 'modules/cart/contract/x.ts': "import { Reply } from '../../../src/module/reply.ts'" }, /a contract imports/],
  ['a contract imports a file that leads to a third module', {
    'modules/cart/contract/x.ts': "import { e } from '../../auth/contract/events.ts'",
    'modules/auth/contract/events.ts': "import { o } from '../../order/contract/events.ts'",
  }, /leaves/],
  ['src imports a module', { 'src/http/x.ts': "import { cart } from '../../modules/cart/contract/index.ts'" }, /src knows no module/],
  ['a layer imports upwards', { 'src/module/x.ts': "import { pass } from '../http/pass.ts'" }, /above it/],
  ['tsyringe outside the container', { 'src/process/run.ts': "import { container } from 'tsyringe'" }, /only src\/process\/container/],
  ['prom-client outside observe', { 'src/http/x.ts': "import { Counter } from 'prom-client'" }, /only src\/observe/],
  ['a module reads the environment', { 'modules/cart/x.ts': 'const x = process.env.TAX_RATES' }, /environment/],
  ['a module reads the clock', { 'modules/cart/x.ts': 'const at = Date.now()' }, /world/],
  ['what ships imports a test', { 'src/http/x.ts': "import { client } from '../../test/client.ts'" }, /does not ship/],
  ['what ships imports a suite', { 'modules/cart/x.ts': "import { given } from './suites/given.ts'" }, /does not ship/],
  ['what ships imports a library that is only there for tests', { 'src/http/x.ts': "import fc from 'fast-check'\nimport { Hono } from 'hono/tiny'" }, /^[^\n]*fast-check, which is no dependency[^\n]*$/],
  ['a module waits by a signal of its own', { 'modules/cart/x.ts': 'AbortSignal.timeout(1)' }, /world/],
  ['a module sets a timer', { 'modules/cart/x.ts': 'setTimeout(() => {}, 1)' }, /world/],
]
for (const [title, files, expected] of bad) {
  test(`the law is broken where ${title}`, () => assert.match(importProblems(new Map(Object.entries(files)), new Set(['hono'])).join('\n'), expected))
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalPath, targetOf } from './path.ts'

const NOWHERE = '\0'
const rows: [string, string][] = [
  ['/', '/'],
  ['/products/a-b_c.d~e', '/products/a-b_c.d~e'],
  ['/.well-known/jwks.json?x=/../', '/.well-known/jwks.json'],
  ['/products?q=%ff', '/products'],
  ['/%70roducts/%7ea', '/products/~a'],
  ['/products/caf%c3%a9', '/products/caf%C3%A9'],
  ['/products/a%20b', '/products/a%20b'],
  ['/a/../b', NOWHERE], ['/a/..', NOWHERE], ['/./a', NOWHERE], ['/a/%2e%2E/b', NOWHERE], ['/a/.%2e', NOWHERE],
  ['//a', NOWHERE], ['/a//b', NOWHERE], ['/a/%2f/b', NOWHERE], ['/a%2Fb', NOWHERE],
  ['/a\\b', NOWHERE], ['/a%5cb', NOWHERE], ['/a%00', NOWHERE], ['/a%0d%0a', NOWHERE], ['/a%7f', NOWHERE],
  ['/a%', NOWHERE], ['/a%g0', NOWHERE], ['/a%ff', NOWHERE], ['/café', NOWHERE], ['/a b', NOWHERE], ['', NOWHERE], ['products', NOWHERE],
]
for (const [target, expected] of rows) {
  test(`the path of ${JSON.stringify(target)} is ${expected === NOWHERE ? 'refused' : expected}`, () => assert.equal(canonicalPath(target), expected))
}

test('a URL without a path is its root', () => {
  assert.equal(targetOf('http://localhost'), '/')
  assert.equal(targetOf('http://localhost:3000/a?b'), '/a?b')
})

import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Bundle, bundleProblems, shapeProblems } from './shapes.ts'
import { readSource } from './source.ts'

const root = join(import.meta.dirname, '../..')
const modules = readdirSync(join(root, 'modules'), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name)

test('no module\'s code mentions its shape', () => assert.deepEqual(shapeProblems(readSource()), []))

test('each module has an entrypoint of its own', () => {
  const entrypoints = readdirSync(join(root, 'entrypoints')).map((name) => name.replace('.ts', ''))
  assert.deepEqual(entrypoints.sort(), [...modules, 'gateway', 'monolith'].sort())
})

test('a service\'s bundle holds no other module\'s code', () => {
  const { outputs }: { outputs: Record<string, Bundle> } = JSON.parse(readFileSync(join(root, 'dist/metafile-esm.json'), 'utf8'))
  const bundles = Object.values(outputs)
  assert.ok(bundles.filter(({ entryPoint }) => entryPoint?.startsWith('entrypoints/')).length >= modules.length + 2, 'everything is built')
  assert.deepEqual(bundleProblems(bundles, modules), [])
})

const mentions: [string, string, RegExp][] = [
  ['a module asks whether it is in the monolith', 'if (given.isMonolith || shape === "monolith") {}', /mentions a shape/],
  ['a module knows the broker', 'const viaRabbit = true', /mentions the broker/],
  ['a module reads where its store is', 'settings.postgresUrl', /where a store is/],
]
for (const [title, text, expected] of mentions) {
  test(`the law is broken where ${title}`, () => assert.match(shapeProblems(new Map([['modules/cart/x.ts', text]])).join('\n'), expected))
}
test('the law is broken where a bundle holds another module\'s code', () => {
  const bundle = (path: string) => [{ entryPoint: 'entrypoints/cart.ts', inputs: { 'modules/cart/module.ts': {}, 'modules/product/contract/index.ts': {}, [path]: {} } }]
  assert.deepEqual(bundleProblems(bundle('modules/product/rules/slug.ts'), ['cart']), ['cart\'s bundle holds modules/product/rules/slug.ts'])
  assert.deepEqual(bundleProblems(bundle('modules/contracts.ts'), ['cart']), [])
})

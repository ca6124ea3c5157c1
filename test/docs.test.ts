import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { everyModule } from '../modules/modules.ts'
import { referenceDocs } from '../src/process/reference.ts'

const root = join(import.meta.dirname, '..')
const docs = join(root, 'docs')

for (const [name, text] of Object.entries(referenceDocs(everyModule))) {
  test(`docs/${name} says what the code says`, () => assert.equal(readFileSync(join(docs, name), 'utf8'), text, 'run npm run docs'))
}

const pages = [join(root, 'README.md'), join(root, 'CHANGELOG.md'), ...[docs, join(root, 'modules')].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md')).map((name) => join(folder, name)))]

for (const page of pages) {
  test(`${page.slice(root.length + 1)} links to what exists`, () => {
    for (const [, target = ''] of readFileSync(page, 'utf8').matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)) {
      assert.ok(existsSync(join(dirname(page), target)), target)
    }
  })
}

test('every npm script that a page names is there', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  for (const page of pages) {
    for (const [, name = ''] of readFileSync(page, 'utf8').matchAll(/npm run ([a-z-]+)/g)) assert.ok(name in scripts, `${page}: npm run ${name}`)
  }
})

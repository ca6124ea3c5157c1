import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSource } from './source.ts'
import { tidyProblems } from './tidy.ts'

test('the house is tidy', () => assert.deepEqual(tidyProblems(readSource()), []))

const bad: [string, Record<string, string>, RegExp][] = [
  ['a file is too long', { 'commands/long.ts': 'x\n'.repeat(401) }, /402 lines/],
  ['a name says nothing', { 'commands/cart-utils.ts': '' }, /named utils; name the one idea/],
  ['nobody imports a file', { 'src/http/lost.ts': 'export const x = 1' }, /imported by nobody/],
  ['a conditional type lives elsewhere', { 'commands/x.ts': 'type X<T> = T extends Array<infer U> ? U : never' }, /conditional/],
  ['any is said', { 'commands/x.ts': 'const x: any = 1' }, /says any/],
  ['an export is used by nobody', { 'src/http/x.ts': 'export const lost = 1' }, /exports lost/],
  ['something is left to do', { 'commands/x.ts': '// TO' + 'DO: later' }, /leaves something/],
  ['the compiler is silenced', { 'commands/x.ts': '// @ts-ignore\n' }, /silences/],
]
for (const [title, files, expected] of bad) {
  test(`the law is broken where ${title}`, () => assert.match(tidyProblems(new Map(Object.entries(files))).join('\n'), expected))
}

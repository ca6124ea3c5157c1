import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { bin } from '../shop.ts'

/** The other files here but the one that starts its gateways on both runtimes itself. */
const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts') && !['on-deno.test.ts', 'streaming.test.ts'].includes(name))

test('the gateway behaves the same on Deno', { skip: 'Deno' in globalThis, timeout: 180_000 }, async () => {
  const failed = await new Promise<string | null>((resolve) => execFile(bin('deno'), ['test', '-A', '--no-check', ...files.map((name) => join(import.meta.dirname, name))],
    { env: { ...process.env, NO_COLOR: '1' }, maxBuffer: 64 * 1024 * 1024 }, (error, printed) => resolve(error === null ? null : printed)))
  assert.equal(failed, null)
})

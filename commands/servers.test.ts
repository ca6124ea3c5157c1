import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { postgres } from '../deploy/local/postgres.ts'
import { npmRun } from '../test/command.ts'

const missing = postgres.missing()

test('servers start with their data in a folder, say where they are, and stop', { skip: missing === null || process.env['CI'] === 'true' ? false : missing }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mercado-shop-'))
  const servers = async (verb: string) => {
    const { code, out, err } = await npmRun('servers', verb, '--data', folder)
    assert.equal(code, 0, err)
    return out.trim()
  }
  try {
    const up = await servers('up')
    assert.match(up, /^export POSTGRES_URL='postgres:\/\/mercado:[\w-]+@127\.0\.0\.1:\d+\/postgres'$/)
    assert.deepEqual([await servers('urls'), await servers('up'), await servers('status')], [up, up, 'PostgreSQL: running'])
    await servers('down')
    assert.deepEqual([await servers('urls'), await servers('status')], ['', 'PostgreSQL: stopped'])
  } finally {
    await servers('down')
    rmSync(folder, { recursive: true, force: true })
  }
})

test('servers tells how it is used', async () => {
  const { code, err } = await npmRun('servers')
  assert.equal(code, 2)
  assert.match(err, /up\|down\|status\|urls/)
})

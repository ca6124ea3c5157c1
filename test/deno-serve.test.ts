import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { client } from './client.ts'

const root = join(import.meta.dirname, '..')

test('`deno serve` runs the entrypoint as it is, and clients are told apart by their addresses', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mercado-'))
  const shop = spawn(join(root, 'node_modules/.bin/deno'), ['serve', '-A', '--no-prompt', '--host', '127.0.0.1', '--port', '0', 'entrypoints/monolith.ts'], {
    cwd: root,
    env: {
      PATH: process.env['PATH'], HOME: process.env['HOME'], DENO_DIR: process.env['DENO_DIR'] ?? '', NO_COLOR: '1', MERCADO_DATA: folder,
      SAMPLE_CATALOGUE: 'off', TRUSTED_PROXIES: '127.0.0.1', RATE_LIMIT_REQUESTS: '1',
    },
  })
  const ended = new Promise((resolve) => shop.once('exit', resolve))
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let printed = ''
      const read = (chunk: Buffer) => {
        printed += chunk.toString()
        const [, found] = /Listening on (http:\/\/[\d.]+:\d+)/.exec(printed) ?? []
        if (found !== undefined) resolve(found)
      }
      shop.stdout.on('data', read)
      shop.stderr.on('data', read)
      void ended.then(() => reject(new Error(printed)))
    })
    const ask = async (address: string) => (await client(url).get('/products', { headers: { 'x-forwarded-for': address } })).status
    assert.deepEqual([await ask('192.0.2.1'), await ask('192.0.2.2'), await ask('192.0.2.1')], [200, 200, 429])
  } finally {
    shop.kill('SIGKILL')
    await ended
    rmSync(folder, { recursive: true })
  }
})

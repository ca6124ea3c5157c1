import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { everyServer } from '../deploy/local/every-server.ts'
import type { Server } from '../deploy/local/server.ts'
import { downTogether, folderOf, upTogether } from '../deploy/local/together.ts'
import { npmRun } from '../test/command.ts'

const missing = everyServer.map((server) => server.missing()).filter((one) => one !== null)
const can = everyServer.filter((server) => server.missing() === null)
const names = can.map(({ name }) => name.toLowerCase())

test('servers start with their data in a folder, say where they are, and stop', { skip: can.length === 0 ? missing.join('\n') : false }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mercado-shop-'))
  const servers = async (verb: string) => {
    const { code, out, err } = await npmRun('servers', verb, ...names, '--data', folder)
    assert.equal(code, 0, err)
    return out.trim()
  }
  const status = (what: string) => can.map(({ name }) => `${name}: ${what}`).join('\n')
  try {
    const up = await servers('up')
    assert.equal(up.split('\n').length, can.length)
    for (const [at, { variable }] of can.entries()) assert.match(up.split('\n')[at] ?? '', new RegExp(`^export ${variable}='\\w+://\\S*127\\.0\\.0\\.1:\\d+\\S*'$`))
    assert.deepEqual([await servers('urls'), await servers('up'), await servers('status')], [up, up, status('running')])

    for (const server of can) process.kill(server.pid(folderOf(folder, server)), 'SIGKILL')
    assert.deepEqual([await servers('urls'), await servers('status')], ['', status('stopped')])
    assert.equal((await servers('up')).split('\n').length, can.length)
    assert.equal(await servers('status'), status('running'))

    await servers('down')
    assert.deepEqual([await servers('urls'), await servers('status')], ['', status('stopped')])
  } finally {
    await servers('down')
    rmSync(folder, { recursive: true, force: true })
  }
})

test('a server that cannot run is told of, and keeps no other from running', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mercado-shop-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const one = (name: string, about: Partial<Server>): Server => {
    let url: string | null = null
    return {
      name, variable: `${name}_URL`, missing: () => null, pid: () => 0, url: () => url,
      up: async () => url = `${name}://here`, down: async () => { url = null }, ...about,
    }
  }
  const servers = [
    one('A', { missing: () => 'apt install a' }), one('B', {}), one('C', { missing: () => 'apt install c' }),
    one('D', { up: async () => { throw new Error('no port is free') }, down: async () => { throw new Error('it will not') } }),
  ]
  const told = (await upTogether(servers, folder)).map((outcome) => (outcome.url === null ? outcome.wrong : [outcome.url, outcome.found]))
  assert.deepEqual(told, ['apt install a', ['B://here', false], 'apt install c', 'D does not start: no port is free'])
  const again = (await upTogether(servers, folder))[1]
  assert.deepEqual([again?.url, again?.url !== null && again?.found], ['B://here', true])
  assert.deepEqual(await downTogether(servers, folder), ['D does not stop: it will not'])
  assert.equal(servers[1]?.url(''), null)
})

test('servers tells how it is used', async () => {
  for (const args of [[], ['up', 'oracle'], ['--nope']]) {
    const { code, err } = await npmRun('servers', ...args)
    assert.equal(code, 2)
    if (args[0] !== '--nope') assert.match(err, /up\|down\|status\|urls/)
  }
})

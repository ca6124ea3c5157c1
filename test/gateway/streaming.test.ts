import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterEach, describe, test } from 'node:test'
import { bin } from '../shop.ts'
import { type Behaviour, type Instance, answers, endAll, many, stand, startInstance, things, until } from './stage.ts'

const children: ChildProcess[] = []
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await endAll()
})
const start = async (command: readonly string[], instance: Instance): Promise<{ url: string; mb: () => number }> => {
  const [program = '', ...args] = command
  const child = spawn(program, [...args, join(import.meta.dirname, 'process.ts'), instance.url], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_NO_WARNINGS: '1' } })
  children.push(child)
  const port = await new Promise<number>((resolve) => child.stdout!.once('data', (text: Buffer) => resolve(Number(text))))
  const mb = () => Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024
  return { url: `http://127.0.0.1:${port}`, mb }
}

const MB = 1024 * 1024
const GB = 1024 * MB
const MOST_GROWN_MB = 150
const part = Buffer.alloc(64 * 1024, 'a line of a file\n')

/** Sends a body of so many bytes, no faster than it is taken. */
const bring = (url: string, bytes: number, seen: () => void) => new Promise<string>((resolve, reject) => {
  const one = request(`${url}/imports`, { method: 'POST', headers: { 'content-type': 'text/csv' } }, (answer) => {
    let text = ''
    answer.on('data', (chunk: Buffer) => { text += chunk.toString() }).on('end', () => resolve(`${answer.statusCode} ${text}`))
  })
  one.on('error', reject)
  let left = bytes
  const write = (): void => {
    while (left > 0) {
      left -= part.length
      if (left % (16 * MB) === 0) seen()
      if (!one.write(part)) return void one.once('drain', write)
    }
    one.end()
  }
  write()
})

const counts: Behaviour = (incoming, outgoing) => {
  let bytes = 0
  incoming.on('data', (chunk: Buffer) => { bytes += chunk.length }).on('end', () => answers({ bytes })(incoming, outgoing, { method: '', url: '', headers: {}, raw: [], body: '' }))
}
const gives = (bytes: number): Behaviour => (_incoming, outgoing) => {
  outgoing.writeHead(200, { 'content-type': 'text/csv' })
  let left = bytes
  const write = (): void => {
    while (left > 0) {
      left -= part.length
      if (!outgoing.write(part)) return void outgoing.once('drain', write)
    }
    outgoing.end()
  }
  write()
}

const linux = process.platform === 'linux' ? false : 'memory is read from /proc'
for (const [name, command] of [['Node', [bin('node')]], ['Deno', [bin('deno'), 'run', '-A', '--no-check']]] as const) {
  describe(`a gateway on ${name}`, { skip: linux }, () => {
    test('passes an import of 1 GB without growing', { timeout: 120_000 }, async () => {
      const instance = await startInstance(counts)
      const { url, mb } = await start(command, instance)
      await bring(url, 64 * MB, () => {})
      const before = mb()
      let most = 0
      assert.equal(await bring(url, GB, () => { most = Math.max(most, mb()) }), `200 {"bytes":${GB}}`)
      assert.ok(most - before < MOST_GROWN_MB, `${Math.round(before)} MB became ${Math.round(most)} MB`)
    })

    test('passes an export of 1 GB to a client that takes its time without growing', { timeout: 120_000 }, async () => {
      const instance = await startInstance(gives(GB))
      const { url, mb } = await start(command, instance)
      const before = mb()
      let most = 0
      let bytes = 0
      await new Promise<void>((resolve, reject) => request(`${url}/exports`, (answer) => {
        answer.on('data', (chunk: Buffer) => {
          bytes += chunk.length
          if (bytes % (16 * MB) >= chunk.length) return
          most = Math.max(most, mb())
          answer.pause()
          setImmediate(() => answer.resume())
        }).on('end', resolve).on('error', reject)
      }).on('error', reject).end())
      assert.equal(bytes, GB)
      assert.ok(most - before < MOST_GROWN_MB, `${Math.round(before)} MB became ${Math.round(most)} MB`)
    })
  })
}

test('what a client does not take is not asked for', async () => {
  let written = 0
  const instance = await startInstance((_incoming, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'application/octet-stream' })
    const write = (): void => {
      for (let more = true; more && !outgoing.destroyed;) {
        written += part.length
        more = outgoing.write(part)
      }
      outgoing.once('drain', write)
    }
    write()
  })
  const shop = await stand([[things, [instance]]])
  const answer = await new Promise<import('node:http').IncomingMessage>((resolve) => request(`${shop.url}/exports`, resolve).end())
  answer.pause()
  let last = -1
  await until('nothing more is written', async () => {
    const same = written === last
    last = written
    await new Promise((resolve) => setTimeout(resolve, 100))
    return same && written === last
  })
  assert.ok(written < 64 * MB, `${written / MB} MB were written for nobody`)
  answer.destroy()
  await until('it is given up', () => shop.count('asked', { outcome: 'given_up' }) === 1)
})

test('an import whose client goes away ends at the service too, and one that is refused early is answered', async () => {
  const instance = await startInstance((incoming) => { incoming.resume() })
  const shop = await stand([[things, [instance]]])
  const one = request(`${shop.url}/imports`, { method: 'POST', headers: { 'content-type': 'text/csv' } })
  one.on('error', () => {})
  one.write(part)
  await until('it is asked', () => instance.asked.length === 1)
  const before = instance.ended()
  one.destroy()
  await until('its connection is closed', () => instance.ended() > before)
  instance.behave = answers({ code: 'no' }, 403)
  const early = await fetch(`${shop.url}/imports`, { method: 'POST', headers: { 'content-type': 'text/csv' }, body: 'x'.repeat(4 * MB) })
  assert.equal(early.status, 403)
})

test('clients that break off their imports count against no instance', async () => {
  const instance = await startInstance((incoming) => { incoming.resume() })
  const shop = await stand([[things, [instance]]])
  await many(30, async (at) => {
    const length = at % 2 === 0 ? { 'content-length': 10 * part.length } : {}
    const one = request(`${shop.url}/imports`, { method: 'POST', headers: { 'content-type': 'text/csv', ...length } })
    one.on('error', () => {})
    one.write(part)
    await until('it is asked', () => instance.asked.length > at)
    one.destroy()
  })
  await until('all have ended', () => shop.count('asked') === 30)
  assert.equal(shop.count('asked', { outcome: 'given_up' }), 30)
  assert.equal(shop.count('breaker'), 0)
})

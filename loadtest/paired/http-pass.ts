/**
 * What our pass costs: GET of one product's size through it, as a ratio to a bare Hono handler that sends the same
 * text. Each server is a process of its own; this one is the load, in turns, so that both meet the same machine.
 * Requests a second of the server's own processor time is the ratio to trust where the machine has other work.
 *
 *   node loadtest/paired/http-pass.ts [--seconds 2] [--rounds 5]
 */
import { Type } from '@sinclair/typebox'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync, writeSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { parseArgs } from 'node:util'
import { Hono } from 'hono'
import { contract } from '../../src/contract/contract.ts'
import { operation } from '../../src/contract/operation.ts'
import { Closed, PathId } from '../../src/contract/scalars.ts'
import { makeApp } from '../../src/http/app.ts'
import { makeEdge } from '../../src/http/edge.ts'
import { listen } from '../../src/http/listen.ts'
import { mount } from '../../src/http/routes.ts'
import { Reply, asJson } from '../../src/module/reply.ts'
import { createLog } from '../../src/observe/log.ts'
import { createMetrics } from '../../src/observe/metrics.ts'
import { realWorld } from '../../src/process/world.ts'

const CONNECTIONS = 32
const text = JSON.stringify({ id: 'p', name: 'A product', description: 'x'.repeat(1200), price: { amount: 1999, currency: 'EUR' } })

const bare = () => {
  const app = new Hono()
  app.get('/products/:id', (c) => {
    c.req.param('id')
    return new Response(text, { headers: { 'content-type': 'application/json', etag: 'W/"1.1"' } })
  })
  return (request: Request) => app.fetch(request)
}

const ours = () => {
  const file = openSync('/dev/null', 'a')
  const log = createLog({ level: 'info', readable: false, write: (line) => writeSync(file, line), now: Date.now })
  const metrics = createMetrics(log)
  const edge = makeEdge({
    world: realWorld(), log, keys: async () => [], publicUrl: () => 'http://localhost',
    observe: ({ module, operation, status, ms }) => metrics.request(module, operation, status, ms),
    settings: { corsOrigins: [], trustedProxies: [], rateLimit: true, rateLimitRequests: 1e9, rateLimitSeconds: 60, compression: true },
  })
  const app = makeApp(edge)
  const read = operation('GET /products/{id}', { access: 'public', summary: 'Read', takes: Closed({ id: PathId }), returns: Closed({ id: Type.String() }) })
  const shop = contract('product', { port: 0, operations: { read }, inner: {}, events: {}, hears: {} })
  mount(app, shop, { read: async () => new Reply(asJson(text), { headers: { etag: 'W/"1.1"' } }) }, edge)
  return app.fetch
}

const start = async (which: string): Promise<{ child: ChildProcess; port: number }> => {
  const child = spawn(process.execPath, [import.meta.filename, '--serve', which], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const [port] = await once(child, 'message')
  return { child, port }
}
/** Seconds of processor time that a server has used. */
const cpuSeconds = async (child: ChildProcess): Promise<number> => {
  child.send('cpu')
  const [seconds] = await once(child, 'message')
  return seconds
}

/** Requests answered a second over 32 connections, and a second of the server's processor time. */
const load = async ({ child, port }: { child: ChildProcess; port: number }, seconds: number): Promise<{ rate: number; perCpu: number }> => {
  const before = await cpuSeconds(child)
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const end = performance.now() + seconds * 1000
  let answered = 0
  const one = () => new Promise<void>((resolve, reject) => {
    request({ port, agent, path: '/products/a-product' }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`answered ${response.statusCode}`))
      response.resume().once('end', () => { answered++; resolve() })
    }).once('error', reject).end()
  })
  await Promise.all(Array.from({ length: CONNECTIONS }, async () => { while (performance.now() < end) await one() }))
  agent.destroy()
  return { rate: answered / seconds, perCpu: answered / (await cpuSeconds(child) - before) }
}

const { values } = parseArgs({ options: { serve: { type: 'string' }, seconds: { type: 'string', default: '2' }, rounds: { type: 'string', default: '5' } } })
if (values.serve === undefined) {
  const [reference, pass] = [await start('bare'), await start('ours')]
  const ratios: number[] = []
  const seconds = Number(values.seconds)
  for (let round = 0; round <= Number(values.rounds); round++) {
    const [theirs, our] = [await load(reference, seconds), await load(pass, seconds)]
    if (round === 0) continue
    const [rate, ratio] = [our.rate / theirs.rate, our.perCpu / theirs.perCpu]
    ratios.push(ratio)
    console.log(`bare Hono ${Math.round(theirs.rate)}/s, our pass ${Math.round(our.rate)}/s: ratio ${rate.toFixed(2)}, by processor time ${ratio.toFixed(2)}`)
  }
  console.log(`median by processor time ${ratios.sort((a, b) => a - b)[ratios.length >> 1]?.toFixed(2)}`)
  reference.child.kill()
  pass.child.kill()
} else {
  const { port } = await listen(values.serve === 'bare' ? bare() : ours(), { host: '127.0.0.1', port: 0 })
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send?.((user + system) / 1e6)
  })
  process.send?.(port)
}

import assert from 'node:assert/strict'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { test } from 'node:test'
import { listen } from './listen.ts'

/** A request over an agent's connection, by its answer's status, headers and text. */
const ask = (port: number, agent: Agent) => new Promise<{ status: number | undefined; connection: string | undefined; text: string }>((resolve, reject) => {
  request({ port, host: '127.0.0.1', agent, path: '/' }, (response) => {
    let text = ''
    response.on('data', (chunk) => { text += chunk }).on('end', () => resolve({ status: response.statusCode, connection: response.headers.connection, text }))
  }).on('error', reject).end()
})

test('closing lets what runs finish, ends idle connections and takes nothing new', async () => {
  const started = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  let slow = false
  const listener = await listen(async (_request, peer) => {
    if (slow) {
      started.resolve()
      await release.promise
    }
    return new Response(peer.address)
  }, { host: '127.0.0.1', port: 0 })
  const idle = new Agent({ keepAlive: true })
  assert.deepEqual((await ask(listener.port, idle)).text, '127.0.0.1')
  slow = true
  const running = ask(listener.port, new Agent({ keepAlive: true }))
  await started.promise
  const closed = listener.close(10_000)
  await assert.rejects(ask(listener.port, new Agent()))
  release.resolve()
  assert.equal((await running).status, 200)
  await closed
})

test('what does not finish in time is not waited for', async () => {
  const started = Promise.withResolvers<void>()
  const listener = await listen(() => {
    started.resolve()
    return new Promise<Response>(() => {})
  }, { host: '127.0.0.1', port: 0 })
  const agent = new Agent()
  const running = assert.rejects(ask(listener.port, agent))
  await started.promise
  await listener.close(50)
  agent.destroy()
  await running
})

test('a port that is taken is told', async () => {
  const { port, close } = await listen(() => new Response(), { host: '127.0.0.1', port: 0 })
  await assert.rejects(async () => listen(() => new Response(), { host: '127.0.0.1', port }), /EADDRINUSE|in use/i)
  await close(0)
})

const ipv6 = Object.values(networkInterfaces()).flat().some((one) => one?.address === '::1')
test('a request that names no host is answered at an IPv6 address too', { skip: ipv6 ? false : 'this machine has no IPv6' }, async () => {
  const { port, close } = await listen((request) => new Response(new URL(request.url).pathname), { host: '::1', port: 0 })
  const answer = await new Promise<string>((resolve) => {
    let text = ''
    const socket = connect(port, '::1').on('data', (chunk) => { text += chunk.toString() }).on('close', () => resolve(text))
    socket.write('GET /here HTTP/1.0\r\n\r\n')
  })
  assert.match(answer, /\r\n\r\n\/here$/)
  await close(0)
})

test('who sends too many headers can read that, though their body is still on its way', async () => {
  const { port, close } = await listen(() => new Response(), { host: '127.0.0.1', port: 0 })
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const asked = request({ port, host: '127.0.0.1', method: 'POST', path: `/${'x'.repeat(40_000)}`, agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode))
    })
    asked.on('error', reject).end(Buffer.alloc(1_500_000))
  })
  assert.equal(status, 431)
  await close(0)
})

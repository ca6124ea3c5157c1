import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Commands, askSocket, serveSocket, socketIn } from './socket.ts'

const folder = (t: TestContext): string => {
  const path = mkdtempSync(join(tmpdir(), 'mercado-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}
const commands: Commands = {
  echo: async (input) => input,
  nothing: async () => undefined,
  fail: async () => { throw new Error('the cupboard is bare') },
}

/** Closed at the latest when the test has ended, so that a failure hangs nothing. */
const serve = async (t: TestContext, path: string, commands: Commands) => {
  const socket = await serveSocket(path, commands)
  t.after(() => socket.close())
  return socket
}

test('a running shop answers commands by name, and says what went wrong', async (t) => {
  const path = socketIn(folder(t))
  await serve(t, path, commands)
  const lines = { text: 'two\nlines é', list: [1, null] }
  assert.deepEqual(await askSocket(path, 'echo', lines), { answer: lines })
  assert.deepEqual(await askSocket(path, 'nothing', {}), { answer: null })
  await assert.rejects(askSocket(path, 'fail', {}), /the cupboard is bare/)
  for (const unknown of ['nope', '__proto__', 'toString']) await assert.rejects(askSocket(path, unknown, {}), /knows no command/)
})

test('many may ask at once', async (t) => {
  const path = socketIn(folder(t))
  await serve(t, path, commands)
  const asked = Array.from({ length: 50 }, (_, at) => at)
  assert.deepEqual(await Promise.all(asked.map((at) => askSocket(path, 'echo', at))), asked.map((answer) => ({ answer })))
})

test('a line that is no command is answered, and the next one too', async (t) => {
  const path = socketIn(folder(t))
  await serve(t, path, commands)
  const socket = connect(path)
  socket.write('hello\n[]\n{"command":"echo","input":1}\n')
  let said = ''
  for await (const chunk of socket) {
    said += chunk
    if (said.split('\n').length > 3) break
  }
  const [first, second, third] = said.split('\n').map((line) => line && JSON.parse(line))
  assert.ok('error' in first && 'error' in second)
  assert.deepEqual(third, { answer: 1 })
})

test('only its owner may open the socket, even in a folder that is open to all', async (t) => {
  const open = folder(t)
  chmodSync(open, 0o777)
  await serve(t, socketIn(open), commands)
  assert.equal(statSync(socketIn(open)).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(open), ['mercado.sock'])
})

test('where no shop runs there is no answer', async (t) => {
  const path = socketIn(folder(t))
  assert.equal(await askSocket(path, 'echo', {}), null)
  const { close } = await serve(t, path, commands)
  await close()
  assert.equal(existsSync(path), false)
  assert.equal(await askSocket(path, 'echo', {}), null)
})

test('what a killed shop left behind is no shop, and is replaced', async (t) => {
  const path = socketIn(folder(t))
  writeFileSync(path, '')
  assert.equal(await askSocket(path, 'echo', {}), null)
  await serve(t, path, commands)
  assert.deepEqual(await askSocket(path, 'echo', 1), { answer: 1 })
})

test('a second shop does not take over the socket of one that runs', async (t) => {
  const path = socketIn(folder(t))
  await serve(t, path, commands)
  await assert.rejects(serveSocket(path, {}), { name: 'StartError', message: /MERCADO_DATA: another process of a shop answers at \S+ already; give each process a folder of its own/ })
  assert.deepEqual(await askSocket(path, 'echo', 1), { answer: 1 })
})

test('a shop that ends while it is asked leaves no one waiting', async (t) => {
  const path = socketIn(folder(t))
  let asked = () => {}
  const arrived = new Promise<void>((resolve) => { asked = resolve })
  const { close } = await serve(t, path, { hang: () => { asked(); return new Promise(() => {}) } })
  const answer = assert.rejects(askSocket(path, 'hang', {}), /ended before it answered/)
  await arrived
  await close()
  await answer
})

test('a folder whose path is too long for a socket is refused in words', async (t) => {
  const deep = join(folder(t), 'x'.repeat(110))
  mkdirSync(deep)
  await assert.rejects(serveSocket(socketIn(deep), commands), /too long for a socket.*MERCADO_DATA/)
  assert.deepEqual(readdirSync(deep), [])
})

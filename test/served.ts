import { connect } from 'node:net'
import type { Contract } from '../src/contract/contract.ts'
import { makeApp } from '../src/http/app.ts'
import type { EdgeSettings } from '../src/http/edge.ts'
import { listen } from '../src/http/listen.ts'
import { type Handlers, mount } from '../src/http/routes.ts'
import { type Client, client } from './client.ts'
import { type TestEdge, testEdge } from './edge.ts'

export interface Served extends TestEdge, Client {
  url: string
  /** Sends bytes as they are over a connection of its own; answers what comes back until the server closes it, or it is `enough`. */
  raw(text: string, enough?: RegExp): Promise<string>
  end(withinMs?: number): Promise<void>
}

/** A contract served over real HTTP by our pass. */
export const serveContract = async (
  contract: Contract, operations: Handlers, settings: Partial<EdgeSettings> = {}, about: Parameters<typeof testEdge>[1] = {},
): Promise<Served> => {
  const test = testEdge(settings, about)
  const app = makeApp(test.edge)
  mount(app, contract, operations, test.edge)
  const { port, close } = await listen((request, peer) => app.fetch(request, peer), { host: '127.0.0.1', port: 0 })
  const url = `http://127.0.0.1:${port}`
  const raw = (text: string, enough?: RegExp) => new Promise<string>((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1')
      if (enough?.test(answer)) socket.destroy()
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(answer))
    socket.write(text, 'latin1')
  })
  return { ...test, ...client(url), url, raw, end: (withinMs = 0) => close(withinMs) }
}

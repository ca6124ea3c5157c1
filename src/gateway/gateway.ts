import type { Contract } from '../contract/contract.ts'
import type { Fault } from '../contract/fault.ts'
import * as standardFaults from '../contract/faults.ts'
import type { Answered } from '../http/answer.ts'
import { type App, makeApp, serve } from '../http/app.ts'
import { asyncapi } from '../http/asyncapi.ts'
import type { Edge, Peer } from '../http/edge.ts'
import type { Exchange } from '../http/exchange.ts'
import { openapi } from '../http/openapi.ts'
import { type Handlers, mount, mountWith } from '../http/routes.ts'
import { docsFiles, problemsPage } from './docs.ts'
import { frontPage, offersIn } from './front.ts'
import { live, readiness } from './health.ts'
import { icon } from './icon.ts'
import { proxyWork } from './proxy/proxied.ts'
import type { Upstreams } from './proxy/upstreams.ts'
import { pagePolicy } from './html.ts'

/** A module in this process. */
export interface Here { contract: Contract; operations: Handlers }
/** A module in other processes: its routes, limits and access are the same, and its requests are sent on. */
export interface Elsewhere { contract: Contract; upstreams: Upstreams }

export interface GatewayOptions {
  modules: readonly (Here | Elsewhere)[]
  edge: Edge
  /** Each part this process needs, and whether it is up. */
  ready: () => Promise<Record<string, boolean>>
  title: string
  version: string
}
export interface Gateway {
  fetch(request: Request, peer: Peer): Response | Promise<Response>
  /** It is about to end: from now on it says that it is not ready, and goes on answering. */
  drain(): void
}

const DEADLINE_MS = 15_000
const FRONT_PRODUCTS = 12

/** Everything that a process answers over HTTP: its modules' operations, documents, health and the page at `/`. */
export const gateway = ({ modules, edge, ready, title, version }: GatewayOptions): Gateway => {
  const app = makeApp(edge)
  // In one order for every shape: what is told of them is then the same text.
  const contracts = modules.map(({ contract }) => contract).sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const module of modules) {
    if ('operations' in module) mount(app, module.contract, module.operations, edge)
    else mountWith(app, module.contract, edge, (plan) => proxyWork(plan, module.upstreams))
  }
  const get = (path: string, operation: string, work: (exchange: Exchange) => Promise<Answered>, counted = true) =>
    serve(app, edge, 'GET', path, { module: 'gateway', operation, route: path, deadlineMs: DEADLINE_MS, counted }, work)

  const document = once(() => JSON.stringify(openapi(contracts, { title, version })))
  const messages = once(() => JSON.stringify(asyncapi(contracts, { title, version })))
  for (const [name, made] of [['openapi', document], ['asyncapi', messages]] as const) {
    get(`/${name}.json`, name, async () => ({ status: 200, body: made(), headers: { 'content-type': 'application/json', 'cache-control': 'no-cache' } }))
  }
  for (const { name, answer } of docsFiles(title)) get(`/docs${name}`, 'docs', answer)
  const problems = once(() => problemsPage(title, allFaults(contracts)))
  get('/docs/problems', 'docs', async () => htmlPage(problems()))
  const elsewhere = modules.flatMap((module) => ('upstreams' in module ? [module.upstreams] : []))
  let ending = false
  const isReady = readiness({
    ask: ready, now: edge.world.now, ending: () => ending,
    elsewhere: () => (elsewhere.length === 0 ? null : Object.fromEntries(elsewhere.map((one) => [one.module, one.available()]))),
  })
  get('/health/live', 'live', async () => live(), false)
  get('/health/ready', 'ready', isReady, false)
  get('/favicon.ico', 'icon', async () => icon())
  get('/', 'front', (exchange) => front(app, title, contracts, exchange))
  return { fetch: (request, peer) => app.fetch(request, peer), drain() { ending = true } }
}

const once = <T>(make: () => T): (() => T) => {
  let made: { value: T } | null = null
  return () => (made ??= { value: make() }).value
}

const allFaults = (contracts: readonly Contract[]): Fault[] => {
  const own = contracts.flatMap(({ operations }) => Object.values(operations).flatMap(({ faults = [] }) => faults))
  return [...new Map([...Object.values(standardFaults), ...own].map((fault) => [fault.code, fault])).values()]
}

const htmlPage = async (body: string): Promise<Answered> => ({
  status: 200, body, headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': await pagePolicy(), 'cache-control': 'no-cache' },
})

/** Whether a client would rather read JSON than a page: tools do, browsers name `text/html`. */
const prefersJson = (accept: string | null): boolean => !/\btext\/html\b/.test(accept ?? '')

/** What runs here, with the first products as the shop itself answers them. */
const front = async (app: App, title: string, contracts: readonly Contract[], exchange: Exchange): Promise<Answered> => {
  const names = contracts.map(({ name }) => name)
  if (prefersJson(exchange.headers.get('accept'))) {
    const links = { docs: '/docs', openapi: '/openapi.json', health: '/health/ready' }
    return { status: 200, body: JSON.stringify({ name: title, modules: names, links }), headers: { 'content-type': 'application/json', 'cache-control': 'no-cache', vary: 'Accept' } }
  }
  const answer = await app.fetch(new Request(new URL(`/products?limit=${FRONT_PRODUCTS}`, exchange.request.url), { headers: { traceparent: `00-${exchange.trace}-${exchange.trace.slice(16)}-00` } }), { address: exchange.address })
  const answered = await htmlPage(frontPage(title, names, answer.ok ? offersIn(await answer.json()) : []))
  return { ...answered, headers: { ...answered.headers, vary: 'Accept' } }
}

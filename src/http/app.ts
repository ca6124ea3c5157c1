import { Hono } from 'hono'
import { methodNotAllowed, routeNotFound } from '../contract/faults.ts'
import { preflight } from './cors.ts'
import type { Edge, Peer } from './edge.ts'
import type { Served } from './exchange.ts'
import { type Work, pass } from './pass.ts'
import { canonicalPath, targetOf } from './path.ts'
import { PlainFirstRouter } from './router.ts'

/** Hono's, with what the listener knows of the client as its environment. */
export type App = Hono<{ Bindings: Partial<Peer> }>

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
const unmatched: Served = { module: 'gateway', operation: 'none', route: 'none', deadlineMs: 15_000, counted: true }

/** An app whose every answer takes our pass: unknown paths, wrong methods and preflights too. */
export const makeApp = (edge: Edge): App => {
  const app: App = new Hono<{ Bindings: Partial<Peer> }>({
    router: new PlainFirstRouter(),
    getPath: (request, options) => {
      const target = options?.env?.target
      return canonicalPath(target !== undefined && target.startsWith('/') ? target : targetOf(request.url))
    },
  })
  const allowed = (path: string): string[] => {
    const found = methods.filter((method) => app.router.match(method, path)[0].length > 0)
    return found.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
  }
  const refuse = (path: string): Work => ({ request, headers }) => {
    const origin = headers.get('origin')
    if (request.method === 'OPTIONS' && origin !== null && headers.get('access-control-request-method') !== null) return preflight(edge.cors.allows(origin))
    const known = allowed(path)
    if (known.length === 0) throw routeNotFound()
    const allow = [...known, 'OPTIONS'].join(', ')
    if (request.method === 'OPTIONS') return { status: 204, body: null, headers: { allow } }
    throw methodNotAllowed(undefined, { headers: { allow } })
  }
  app.notFound((c) => pass(edge, unmatched, refuse(c.req.path), { request: c.req.raw, peer: c.env, path: c.req.path, hole: () => '' }))
  return app
}

/** Serves one path of the app through the pass. Holes are written `:name`. */
export const serve = (app: App, edge: Edge, method: string, path: string, served: Served, work: Work): void => {
  app.on(method, path, (c) => pass(edge, served, work, { request: c.req.raw, peer: c.env, path: c.req.path, hole: (name) => c.req.param(name) ?? '' }))
}

import type { JWK } from 'jose'
import { type Edge, type EdgeSettings, type Observed, makeEdge } from '../src/http/edge.ts'
import type { Log } from '../src/module/log.ts'
import { type TestWorld, testWorld } from './world.ts'

export interface Entry { level: string; message: string; about: Readonly<Record<string, unknown>> }
/** An edge for tests, and what it wrote and counted. */
export interface TestEdge { edge: Edge; world: TestWorld; entries: Entry[]; seen: Observed[] }

export const testSettings: EdgeSettings = { corsOrigins: [], trustedProxies: [], rateLimit: true, rateLimitRequests: 1000, rateLimitSeconds: 60, compression: true }

export const testEdge = (settings: Partial<EdgeSettings> = {}, about: { keys?: () => Promise<JWK[]>; publicUrl?: string; checkAnswers?: boolean } = {}): TestEdge => {
  const world = testWorld()
  const entries: Entry[] = []
  const seen: Observed[] = []
  const at = (level: string) => (message: string, more: Readonly<Record<string, unknown>> = {}) => void entries.push({ level, message, about: more })
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
  const edge = makeEdge({
    world, log, observe: (one) => void seen.push(one), settings: { ...testSettings, ...settings },
    keys: about.keys ?? (async () => []), publicUrl: () => about.publicUrl ?? 'http://shop.example', checkAnswers: about.checkAnswers ?? false,
  })
  return { edge, world, entries, seen }
}

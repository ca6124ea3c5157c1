import type { Answered } from '../http/answer.ts'

const json = (status: number, body: unknown): Answered => ({ status, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
/** Probes come often and from several places: the parts are asked at most this often. */
const KEPT_MS = 500

/** This process answers; nothing else is asked. */
export const live = (): Answered => json(200, { status: 'ok' })

/** Each part that this process needs, and 503 with any of them down. */
export const readiness = (ask: () => Promise<Record<string, boolean>>, now: () => number): (() => Promise<Answered>) => {
  let known: Promise<Record<string, boolean>> | null = null
  let askedAt = 0
  return async () => {
    if (known === null || Math.abs(now() - askedAt) >= KEPT_MS) {
      askedAt = now()
      known = ask()
    }
    const parts = await known.catch(() => ({ process: false }))
    const ready = Object.values(parts).every(Boolean)
    return json(ready ? 200 : 503, { status: ready ? 'ok' : 'unavailable', parts })
  }
}

import type { Answered } from '../http/answer.ts'

const json = (status: number, body: unknown): Answered => ({ status, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
/** Probes come often and from several places: the parts are asked at most this often. */
const KEPT_MS = 500

/** This process answers; nothing else is asked. */
export const live = (): Answered => json(200, { status: 'ok' })

export interface Readiness {
  ask: () => Promise<Record<string, boolean>>
  /** Modules that are elsewhere and whether they answer: told, but a gateway without one of them still is one. */
  elsewhere: () => Record<string, boolean> | null
  /** It is about to end: whoever asks should turn to another. */
  ending: () => boolean
  now: () => number
}

/** Each part that this process needs, and 503 with any of them down. */
export const readiness = ({ ask, elsewhere, ending, now }: Readiness): (() => Promise<Answered>) => {
  let known: Promise<Record<string, boolean>> | null = null
  let askedAt = 0
  return async () => {
    if (ending()) return json(503, { status: 'ending' })
    if (known === null || Math.abs(now() - askedAt) >= KEPT_MS) {
      askedAt = now()
      known = ask()
    }
    const parts = await known.catch(() => ({ process: false }))
    const ready = Object.values(parts).every(Boolean)
    const modules = elsewhere()
    return json(ready ? 200 : 503, { status: ready ? 'ok' : 'unavailable', parts, ...(modules === null ? {} : { modules }) })
  }
}

import type { World } from '../module/world.ts'

export interface Taken {
  allowed: boolean
  /** Requests left now. */
  remaining: number
  /** Seconds until there is one more, at least 1. */
  resetS: number
}
/** Counts requests by a limit's name and a key. */
export interface Limiter { take(name: string, key: string, limit: number, windowS: number): Taken }

interface Window { startedAt: number; now: number; before: number }
const MOST_KEYS = 50_000

/**
 * Limits in this process, by a sliding window of two counters: exactly `limit` in the first window, and after it the
 * last window counts by the part of it that is still in sight. Memory is bounded: beyond 50,000 keys a limit, the one
 * whose window is oldest is forgotten.
 */
export const makeLimiter = (world: Pick<World, 'now'>, mostKeys = MOST_KEYS): Limiter => {
  const limits = new Map<string, Map<string, Window>>()
  return {
    take(name, key, limit, windowS) {
      let windows = limits.get(name)
      if (windows === undefined) limits.set(name, (windows = new Map()))
      const time = world.now()
      const windowMs = windowS * 1000
      let window = windows.get(key)
      // Where the clock went back, the window begins again with what it has counted.
      if (window !== undefined && time < window.startedAt) window.startedAt = time
      const age = window === undefined ? 0 : time - window.startedAt
      if (window === undefined || age >= windowMs) {
        const follows = window !== undefined && age < windowMs * 2
        const startedAt = follows && window !== undefined ? window.startedAt + windowMs : time
        // Set anew, so that the map's order is that of the windows' starts.
        windows.delete(key)
        window = { startedAt, now: 0, before: follows ? window?.now ?? 0 : 0 }
        windows.set(key, window)
        if (windows.size > mostKeys) {
          const [oldest] = windows.keys()
          if (oldest !== undefined) windows.delete(oldest)
        }
      }
      const left = windowMs - (time - window.startedAt)
      const used = window.now + window.before * (left / windowMs)
      const allowed = used + 1 <= limit + 1e-9
      if (allowed) window.now++
      return {
        allowed,
        remaining: Math.max(0, Math.floor(limit - used - (allowed ? 1 : 0) + 1e-9)),
        resetS: Math.max(1, Math.ceil((allowed ? left : waitMs(window, limit, windowMs, left)) / 1000)),
      }
    },
  }
}

/** How long until one more fits: the last window's weight shrinks with time, this one's becomes the last's. */
const waitMs = ({ now, before }: Window, limit: number, windowMs: number, left: number): number => {
  if (now + 1 <= limit) return left - ((limit - 1 - now) / before) * windowMs
  return left + windowMs - ((limit - 1) / now) * windowMs
}

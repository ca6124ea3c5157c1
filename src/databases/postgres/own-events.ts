import type { Heard } from '../../contract/event.ts'

/** How long an event belongs to the process that stored it, in which it is in memory: it need not be asked for. */
export const ownLeaseMs = 10_000
/** With less than this left it is taken anew. */
const spareMs = 5000
/** So many at most are kept in memory; the others are asked for. */
const MOST = 1000

export interface OwnEvents {
  /** Whether another one may be kept. */
  roomy(): boolean
  keep(events: readonly Heard[], until: number): void
  /** Oldest first; not again for `leaseMs`. */
  take(limit: number, now: number, leaseMs: number): Heard[]
  /** Forgets those whose time is nearly over, and answers which they were: nobody else can have them yet. */
  ending(now: number): string[]
  forget(ids: readonly string[]): void
}

/** The events that this process has stored and not yet published, while their leases last. */
export const ownEvents = (): OwnEvents => {
  const kept = new Map<string, { event: Heard; until: number; takenUntil: number }>()
  return {
    roomy: () => kept.size < MOST,
    keep(events, until) {
      for (const event of events) kept.set(event.id, { event, until, takenUntil: 0 })
    },
    take(limit, now, leaseMs) {
      const taken: Heard[] = []
      for (const one of kept.values()) {
        if (taken.length === limit) break
        if (one.takenUntil > now) continue
        one.takenUntil = now + leaseMs
        taken.push(one.event)
      }
      return taken
    },
    ending(now) {
      const ending: string[] = []
      for (const [id, { until, takenUntil }] of kept) {
        if (until - spareMs > now) continue
        kept.delete(id)
        if (until > now && takenUntil <= now) ending.push(id)
      }
      return ending
    },
    forget(ids) {
      for (const id of ids) kept.delete(id)
    },
  }
}

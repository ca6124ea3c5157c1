export type BreakerState = 'open' | 'half_open' | 'closed'

const WINDOW_MS = 10_000
const LEAST_REQUESTS = 20
const MOST_FAILED = 0.5
const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 15_000
const PROBES = 3

export interface Breaker {
  /** 0 where one more may ask, which then must tell how that ended; else for how many milliseconds nobody may. */
  closedForMs(): number
  /** `null`: neither well nor badly, such as given up by its client. */
  ended(well: boolean | null): void
  /** It was seen to answer: a few may try at once. */
  seen(): void
}

/**
 * Stops asking a module that gives no answers: its requests are refused at once, and after a pause that grows a few may try.
 * What a module itself answers is an answer, a 503 too: it knows best what it can still do.
 */
export const createBreaker = (now: () => number, changed: (state: BreakerState) => void): Breaker => {
  let state: BreakerState = 'closed'
  let windowFrom = now()
  let requests = 0
  let failures = 0
  let opened = 0
  let openFrom = 0
  let pauseMs = 0
  let probing = 0
  let passed = 0

  const to = (next: BreakerState): void => {
    state = next
    requests = failures = probing = passed = 0
    windowFrom = now()
    if (next === 'open') {
      openFrom = now()
      pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** opened++)
    }
    if (next === 'closed') opened = 0
    changed(next)
  }
  return {
    closedForMs() {
      if (state === 'closed') return 0
      // A clock that went back counts as one that went on.
      const waitedMs = Math.abs(now() - openFrom)
      if (state === 'open' && waitedMs < pauseMs) return pauseMs - waitedMs
      if (state === 'open') to('half_open')
      if (probing >= PROBES) return FIRST_PAUSE_MS
      probing += 1
      return 0
    },
    ended(well) {
      if (state === 'half_open') {
        probing = Math.max(0, probing - 1)
        if (well === false) to('open')
        else if (well === true && ++passed >= PROBES) to('closed')
        return
      }
      if (state === 'open' || well === null) return
      if (Math.abs(now() - windowFrom) >= WINDOW_MS) {
        windowFrom = now()
        requests = failures = 0
      }
      requests += 1
      if (!well) failures += 1
      if (requests >= LEAST_REQUESTS && failures / requests >= MOST_FAILED) to('open')
    },
    seen() {
      if (state === 'open') to('half_open')
    },
  }
}

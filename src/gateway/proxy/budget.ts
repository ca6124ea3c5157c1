/** Retries may add so much to what a module is asked in any case: an outage must not be met with twice the load. */
const SHARE = 0.2
/** For a module that is hardly asked, and no more at once for one that is asked much than a process's death leaves behind. */
const LEAST = 10
const MOST = 100

/** Pays for retries out of what was asked before. */
export const createBudget = () => {
  let saved = LEAST
  return {
    earn(): void { if (saved < MOST) saved += SHARE },
    /** Whether one more may be made. */
    spend(): boolean {
      if (saved < 1) return false
      saved -= 1
      return true
    },
  }
}

const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 1000

/** How long to wait before a retry: anything up to a bound that doubles with each, so that those who failed together do not return together. */
export const pauseMs = (retries: number, random: () => number): number => random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (retries - 1))

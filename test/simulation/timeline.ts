export interface Entry { readonly at: number; readonly order: number; run: (() => void) | null }

/** Virtual time. It stands still while anything can run, and then jumps to what is due next. */
export interface Timeline {
  now(): number
  after(ms: number, run: () => void): Entry
  cancel(entry: Entry): void
  sleep(ms: number): Promise<void>
  /** Until `done`, or until the clock shows `until`; answers whether it was done. */
  run(until: number, done: () => boolean): Promise<boolean>
  /** How many entries have run. */
  steps(): number
}

export const createTimeline = (startsAt: number): Timeline => {
  const heap: Entry[] = []
  let time = startsAt
  let orders = 0
  let count = 0
  const before = (one: Entry, other: Entry) => one.at < other.at || (one.at === other.at && one.order < other.order)

  const push = (entry: Entry): void => {
    let at = heap.length
    heap.push(entry)
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = heap[above]
      if (parent === undefined || before(parent, entry)) break
      heap[at] = parent
      at = above
    }
    heap[at] = entry
  }
  const pop = (): Entry | undefined => {
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || last === undefined || heap.length === 0) return first
    let at = 0
    for (;;) {
      const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]]
      if (left === undefined) break
      const smaller = right !== undefined && before(right, left) ? right : left
      if (before(last, smaller)) break
      heap[at] = smaller
      at = smaller === left ? 2 * at + 1 : 2 * at + 2
    }
    heap[at] = last
    return first
  }

  const after = (ms: number, run: () => void): Entry => {
    const entry: Entry = { at: time + Math.max(0, Math.ceil(ms)), order: orders++, run }
    push(entry)
    return entry
  }

  return {
    now: () => time,
    after,
    cancel: (entry) => { entry.run = null },
    sleep: (ms) => new Promise((resolve) => { after(ms, resolve) }),
    steps: () => count,
    run: (until, done) => new Promise((resolve, reject) => {
      // A turn of the event loop comes when no promise has anything left to do: so one entry ends before the next begins.
      const turn = () => {
        try {
          if (done()) return resolve(true)
          let next = heap[0]
          while (next !== undefined && next.run === null) {
            pop()
            next = heap[0]
          }
          if (next === undefined || next.at > until) {
            time = Math.max(time, Math.min(until, next?.at ?? until))
            return resolve(done())
          }
          pop()
          time = next.at
          count++
          next.run?.()
        } catch (error) {
          return reject(error)
        }
        setImmediate(turn)
      }
      setImmediate(turn)
    }),
  }
}

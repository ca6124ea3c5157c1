/** The server ends a statement after 5 s; where it does not even do that, it stands still or is cut off. */
export const MOST_MS = 6000

/** That no answer came in time: what was asked may have happened. */
const late = () => Object.assign(new Error('The server did not answer in time'), { code: 'CONNECTION_LATE' })

/** Settles as `run` does, or rejects after 6 s, when `late` is called. */
export const inTime = <T>(run: Promise<T>, onLate: () => void): Promise<T> => new Promise((resolve, reject) => {
  const timer = setTimeout(() => {
    reject(late())
    onLate()
  }, MOST_MS)
  run.then(resolve, reject).finally(() => clearTimeout(timer))
})

/** Who waits in a line, each at most so long. */
export interface Line<T> {
  wait(): Promise<T>
  /** Serves the one who waits longest; false where nobody does. */
  serve(what: T): boolean
}
export const line = <T>(): Line<T> => {
  const waiting = new Set<(what: T) => void>()
  return {
    wait: () => new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(served)
        reject(late())
      }, MOST_MS)
      const served = (what: T) => {
        clearTimeout(timer)
        resolve(what)
      }
      waiting.add(served)
    }),
    serve(what) {
      const [first] = waiting
      if (first === undefined) return false
      waiting.delete(first)
      first(what)
      return true
    },
  }
}

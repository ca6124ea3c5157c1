/** Where the saga's calls and inserts pass, so that a backup finds all orders between two steps. */
export interface Gate {
  /** Runs it as soon as nobody holds the gate. */
  pass<T>(run: () => Promise<T>): Promise<T>
  /** Lets nothing new in, resolves when nothing runs; answers what opens the gate again. */
  pause(): Promise<() => void>
}

export const createGate = (): Gate => {
  let running = 0
  let holders = 0
  let opened: { promise: Promise<void>; resolve: () => void } | null = null
  let empty: (() => void)[] = []
  return {
    async pass(run) {
      while (opened !== null) await opened.promise
      running += 1
      try {
        return await run()
      } finally {
        running -= 1
        if (running === 0) for (const tell of empty.splice(0)) tell()
      }
    },
    async pause() {
      holders += 1
      opened ??= Promise.withResolvers<void>()
      if (running > 0) await new Promise<void>((resolve) => { empty = [...empty, resolve] })
      let held = true
      return () => {
        if (!held) return
        held = false
        holders -= 1
        if (holders > 0) return
        opened?.resolve()
        opened = null
      }
    },
  }
}

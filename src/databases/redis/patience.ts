import { setImmediate as breathe } from 'node:timers/promises'
import type { World } from '../../module/world.ts'

const PATIENCE_MS = 100

export type Answered<T> = { ok: true; value: T } | { ok: false }

/**
 * Asks a server that should answer within a millisecond and may stand still. Where it says nothing for a tenth of a second
 * everybody who waits goes on without it. One clock for all of them, and one that runs only while somebody waits.
 */
export const patienceWith = (world: Pick<World, 'sleep'>, leave: (why: unknown) => void) => {
  const waiting = new Set<() => void>()
  let answers = 0
  let watching = false
  const watch = async (): Promise<void> => {
    watching = true
    while (waiting.size > 0) {
      const before = answers
      await world.sleep(PATIENCE_MS)
      // It may have answered long ago, and this process been busy: what arrived is read first.
      await breathe()
      if (answers !== before || waiting.size === 0) continue
      for (const goOn of waiting) goOn()
      waiting.clear()
      leave(new Error(`no answer in ${PATIENCE_MS} ms`))
    }
    watching = false
  }
  return <T>(send: () => Promise<T>): Promise<Answered<T>> => new Promise((resolve) => {
    const goOn = () => resolve({ ok: false })
    waiting.add(goOn)
    if (!watching) void watch()
    send().then((value) => {
      answers++
      waiting.delete(goOn)
      resolve({ ok: true, value })
    }, (error: unknown) => {
      answers++
      if (waiting.delete(goOn)) leave(error)
      goOn()
    })
  })
}

import type { Job } from '../../../src/module/module.ts'
import type { ProductGiven } from '../settings.ts'

const atOnce = 500
const answersLiveMs = 7 * 24 * 60 * 60 * 1000

/** Tells others how much there is of what moved. Many moves of one variant since the last time are told as one. */
export const telling = ({ store }: ProductGiven): Job => ({
  name: 'tell-inventory', everyMs: 200,
  async run(deadline) {
    while (!deadline.aborted) {
      const untold = await store.untold(atOnce)
      if (untold.length > 0) await store.tell(untold)
      if (untold.length < atOnce) return
    }
  },
})

/** Forgets the answers of Idempotency-Keys after a week, and clears up behind edits and imports. */
export const tidying = ({ store, world }: ProductGiven): Job => ({
  name: 'tidy', everyMs: 3_600_000,
  async run(deadline) {
    await store.forgetAnswers(world.now() - answersLiveMs)
    await store.tidy(deadline)
  },
})

/** Whoever began something has ended it or died by then. */
const patienceMs = 5000

/** Goes on with what an instance that died left half done of a variant's stock. Whoever waits for it asks again and does the same. */
export const resuming = ({ store, world }: ProductGiven): Job => ({
  name: 'resume-stock', everyMs: 5000,
  run: (deadline) => store.resume(world.now() - patienceMs, deadline),
})

/** What filtered lists look at is kept in memory, and should never be far behind an import. The moment of the start is left to whoever asks first. */
export const refreshing = ({ store }: ProductGiven): Job => {
  let isStarting = true
  return {
    name: 'refresh-lists', everyMs: 500,
    async run() {
      if (!isStarting) await store.refresh()
      isStarting = false
    },
  }
}

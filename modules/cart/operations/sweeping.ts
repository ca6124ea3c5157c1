import type { Job } from '../../../src/module/module.ts'
import type { CartGiven } from '../settings.ts'

const PAGE = 200

/** Forgets expired carts, page by page over all of them, giving way to others in between. */
export const sweeping = ({ store, world }: Pick<CartGiven, 'store' | 'world'>): Job => ({
  name: 'expired-carts',
  everyMs: 3600 * 1000,
  async run(deadline) {
    let after: string | null = ''
    while (after !== null && !deadline.aborted) {
      const { next }: { next: string | null } = await store.sweep(after, PAGE, world.now())
      after = next
      if (after !== null) await world.sleep(5, deadline)
    }
  },
})

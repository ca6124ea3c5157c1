import type { Job } from '../../../src/module/module.ts'
import type { Parts } from '../parts.ts'
import { accountPace } from '../rules/slow-down.ts'

const SOME = 500

/** Forgets what has expired, giving way to others in between. */
export const sweeping = ({ store, world }: Pick<Parts, 'store' | 'world'>): Job => ({
  name: 'sweep-expired',
  everyMs: 600_000,
  async run(deadline) {
    while (!deadline.aborted && await store.sweep(world.now(), world.now() - accountPace.forgetMs, SOME)) await world.sleep(5, deadline)
  },
})

import type { Job } from '../../../src/module/module.ts'
import type { Parts } from '../parts.ts'
import { accountPace } from '../rules/slow-down.ts'

const SOME = 500
/** So long a spent refresh token is known as one, and ends its sessions when it is used again; later it is merely unknown. */
const spentKeptMs = 7 * 86_400_000

/** Forgets what has expired, giving way to others in between. */
export const sweeping = ({ store, world }: Pick<Parts, 'store' | 'world'>): Job => ({
  name: 'sweep-expired',
  everyMs: 600_000,
  async run(deadline) {
    const before = () => ({ now: world.now(), attempts: world.now() - accountPace.forgetMs, spent: world.now() - spentKeptMs })
    while (!deadline.aborted && await store.sweep(before(), SOME)) await world.sleep(5, deadline)
  },
})

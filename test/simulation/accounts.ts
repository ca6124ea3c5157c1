import { createHash } from 'node:crypto'
import { answerer, door } from '../../src/bus/door.ts'
import type { FaultError } from '../../src/contract/fault.ts'
import type { Log } from '../../src/module/log.ts'
import { systemContext } from '../../src/module/context.ts'
import { auth } from '../../modules/auth/contract/index.ts'
import { guestSignedIn } from '../../modules/auth/contract/events.ts'
import { cart } from '../../modules/cart/contract/index.ts'
import type { Network } from './network.ts'
import type { Simulated } from './simulated.ts'

/** Accounts and sign-in, as far as a checkout knows of them; without passwords and tokens. */
export interface Accounts {
  start(): Promise<void>
  /** A guest becomes a user, and the cart goes along: now if it can be, else by the event. */
  signIn(session: string, userId: string): Promise<void>
}

const mergeMs = 2000

export const createAccounts = (sim: Simulated, network: Network): Accounts => {
  const machine = sim.steady('accounts')
  const bus = network.bus(machine)
  const log: Log = { debug() {}, info() {}, warn() {}, error: (message, about) => sim.story.problem(`accounts: ${message} ${JSON.stringify(about)}`) }
  const carts = door(cart, bus, { checked: true, log })
  return {
    start: () => bus.answer('auth', answerer(auth, {
      account: async ({ id }: { id: string }) => ({ account: { id, email: `${id}@example.com`, name: 'Ada' } }),
    }, { checked: true, log })),
    async signIn(session, userId) {
      const guest = createHash('sha256').update(session).digest('hex')
      const context = systemContext(machine.world, mergeMs)
      const about = { id: machine.world.id(), time: new Date(sim.time.now()).toISOString(), trace: context.trace }
      network.emit([{ ...guestSignedIn({ userId, session: guest }), ...about }])
      await carts.merge({ session: guest, userId }, context).catch((error: FaultError) => {
        sim.story.tell(`the cart of ${userId} is merged later: ${error.code}`)
      })
    },
  }
}

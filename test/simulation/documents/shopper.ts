import type { OrderFact } from '../../../commands/audit/order-facts.ts'
import { product } from '../../../modules/product/contract/index.ts'
import type { Bus } from '../../../src/bus/bus.ts'
import { door } from '../../../src/bus/door.ts'
import { FaultError } from '../../../src/contract/fault.ts'
import { makeContext } from '../../../src/module/context.ts'
import type { Machine } from '../machine.ts'
import type { Random } from '../prng.ts'
import type { Goods } from '../shop.ts'
import type { Simulated } from '../simulated.ts'

/** Who decides about one order, as the order module does: it asks again until it knows, and copies of what it asked come late. */
export interface Shopper {
  /** Ends when the order has ended, and the last copy was sent. */
  order(): Promise<void>
  readonly orders: readonly OrderFact[]
}
type Ended = 'sold' | 'released' | 'returned'
type Line = OrderFact['lines'][number]

const nobody = { is: 'nobody' } as const
/** How long a copy is under way: while the first is still at work, or long after. */
const [soonMs, lateMs] = [1000, 60_000]
const silent = { debug() {}, info() {}, warn() {}, error() {} }

/** An order as the auditor knows it: what of it the stock must agree with. */
const factOf = (id: string, lines: readonly Line[], ended: Ended): OrderFact => ({
  id, scope: 'user:shopper', checkoutKey: id, createdAt: 0, lines, claims: [], total: 0, sum: 0, paymentStatus: '', step: 'done', settled: true, waitingUntil: null,
  keepsToken: false, captured: 0, refundCommitted: 0, refunded: 0, answered: true,
  paid: ended !== 'released', status: ended === 'sold' ? 'paid' : ended === 'released' ? 'payment_failed' : 'cancelled',
})

export const createShopper = (own: Random, sim: Simulated, machine: Machine, bus: Bus, goods: readonly Goods[]): Shopper => {
  const { time, story } = sim
  const doors = door(product, bus, { checked: true, log: silent })
  const orders: OrderFact[] = []
  const context = () => makeContext({ caller: nobody, trace: '0'.repeat(32), leftMs: own.int(200, 8000), world: machine.world })

  type Step = (inTime: ReturnType<typeof context>) => Promise<{ state: string }>
  /** Once, whatever comes of it; null where that is not known. */
  const once = async (what: string, step: Step): Promise<string | null> => {
    try {
      return (await step(context())).state
    } catch (error) {
      if (!(error instanceof FaultError) || error.code === 'internal_error') story.problem(`${what} failed: ${error instanceof Error ? error.stack ?? error.message : String(error)}`)
      return null
    }
  }
  const insist = async (what: string, step: Step): Promise<string> => {
    for (;;) {
      const state = await once(what, step)
      if (state !== null) return state
      await time.sleep(own.int(10, 3000))
    }
  }

  const linesOf = (): Line[] => {
    const some = new Map<string, number>()
    for (let count = own.int(1, 3); count > 0; count--) some.set(own.pick(goods).variantId, own.int(1, 3))
    return Array.from(some, ([variantId, quantity]) => ({ variantId, quantity }))
  }

  return {
    orders,
    async order() {
      const orderId = machine.world.id()
      const lines = linesOf()
      const steps: Record<'reserve' | 'commit' | 'giveBack' | 'release', Step> = {
        reserve: (inTime) => doors.reserve({ orderId, lines }, inTime), commit: (inTime) => doors.commit({ orderId }, inTime),
        giveBack: (inTime) => doors.giveBack({ orderId }, inTime), release: (inTime) => doors.release({ orderId }, inTime),
      }
      const answers: Promise<void>[] = []
      let may: ReadonlySet<string> = new Set(['held', 'released'])
      const expect = (name: string, state: string | null) => {
        if (state !== null) story.tell(`order ${orderId} ${name} → ${state}`)
        if (state !== null && !may.has(state)) story.problem(`the reservation of order ${orderId} is ${state} after ${name}, and it may be ${[...may].join(' or ')}`)
      }
      const ask = async (name: keyof typeof steps): Promise<string> => {
        const wanted = steps[name]
        story.tell(`order ${orderId} asks to ${name} ${name === 'reserve' ? JSON.stringify(lines) : ''}`)
        // A copy, in the middle of this or long after: what was decided meanwhile is not changed by it.
        for (let copies = own.int(name === 'reserve' || name === 'commit' ? 1 : 0, 3); copies > 0; copies--) {
          const ms = Math.round(own.chance(0.7) ? own.next() ** 3 * soonMs : own.next() ** 2 * lateMs)
          if (!sim.isClosed()) answers.push(time.sleep(ms).then(() => once(name, wanted)).then((state) => expect(`a copy of ${name}`, state)))
        }
        return await insist(name, wanted)
      }
      const think = async () => { if (own.chance(0.3)) await time.sleep(own.next() ** 2 * sim.paceMs) }
      const end = async (ended: Ended) => {
        orders.push(factOf(orderId, lines, ended))
        await Promise.all(answers)
      }

      if (own.chance(0.15)) {
        // Given up before it is known whether it was held.
        answers.push(once('reserve', steps.reserve).then((state) => expect('reserve', state)))
        await think()
        const state = await ask('release')
        may = new Set(['released', 'held'])
        expect('release', state)
        if (state !== 'released') story.problem(`order ${orderId} was released and is ${state}`)
        return await end('released')
      }
      const held = await ask('reserve')
      expect('reserve', held)
      await think()
      if (held !== 'held' || own.chance(0.3)) {
        may = new Set(['released', 'held'])
        const state = await ask('release')
        if (state !== 'released') story.problem(`order ${orderId} was released and is ${state}`)
        return await end('released')
      }
      const returns = own.chance(0.4)
      may = new Set(returns ? ['held', 'sold', 'returned'] : ['held', 'sold'])
      const sold = await ask('commit')
      if (sold !== 'sold') story.problem(`order ${orderId} was committed and is ${sold}`)
      if (!returns) return await end('sold')
      await think()
      const returned = await ask('giveBack')
      if (returned !== 'returned') story.problem(`order ${orderId} was given back and is ${returned}`)
      await end('returned')
    },
  }
}

import { unavailable } from '../../src/contract/faults.ts'
import { openLedger } from '../../modules/order/payments/ledger.ts'
import type { PaymentProvider } from '../../modules/order/payments/provider.ts'
import { type Deliver, type TestProvider, testProvider } from '../../modules/order/payments/test-provider.ts'
import type { Machine } from './machine.ts'
import type { Simulated } from './simulated.ts'
import type { Stores } from './stores.ts'

/** The payment provider: a house of its own that never fails, at the end of a line that does. */
export interface Payments {
  /** As one instance of the shop reaches it. */
  line(machine: Machine): PaymentProvider
  /** What a bank's page does for the buyer. */
  decide(reference: string, decision: 'approve' | 'decline'): Promise<void>
  /** Sends webhooks for ever: late, twice, or not at all. */
  sendWebhooks(deliver: Deliver): void
}

const lateMs = 120_000
const neverMs = 40_000

export const createPayments = (sim: Simulated, stores: Stores, publicUrl: string): Payments => {
  const { time, story } = sim
  const own = sim.random.fork('payments')
  const house = sim.steady('the provider')
  // The test provider is the same in every instance of the shop; this one is in none of them.
  const world = { ...house.world, sleep: time.sleep }
  const refusals = new Map<string, boolean>()
  let opened: TestProvider | undefined
  const provider = (): TestProvider => opened ??= testProvider({
    ledger: openLedger(stores.direct('order-ledger')), world, pageUrl: (reference) => `${publicUrl}/payments/test/${reference}`,
  })

  type Unheard = { is: 'unreached' } | { is: 'unknown' }
  const ask = <T>(machine: Machine, what: string, effect: () => Promise<T>): Promise<T | Unheard> => new Promise((resolve, reject) => {
    machine.pass('call', what, () => {
      const { unreached, lost, answerLost, doubled, late, slow } = sim.weather().payments
      const back = (ms: number, then: () => void) => time.after(ms, () => machine.pass('answer', `of ${what}`, then))
      if (own.chance(unreached)) {
        story.tell(`${machine.name} ${what} → unreached`)
        return back(sim.latencyMs(own), () => resolve({ is: 'unreached' }))
      }
      const send = (ms: number, answers: boolean) => time.after(ms, () => {
        void effect().then((answer) => {
          story.tell(`${machine.name} ${what} → ${JSON.stringify(answer)}${answers ? '' : ', unheard'}`)
          if (answers) back(own.chance(slow) ? own.int(1, 15_000) : sim.latencyMs(own), () => resolve(answer))
        })
      })
      if (own.chance(doubled)) send(own.int(1, lateMs), false)
      if (own.chance(lost)) {
        // Where it went nobody knows: it may arrive when nobody asks for it any more.
        if (own.chance(0.5)) send(own.int(1, lateMs), false)
        if (own.chance(0.4)) back(own.int(1, 5000), () => resolve({ is: 'unknown' }))
        else if (own.chance(0.5)) back(own.int(1, 5000), () => reject(unavailable('The line to the provider broke')))
        return
      }
      if (own.chance(answerLost)) {
        send(sim.latencyMs(own), false)
        if (own.chance(0.7)) back(own.int(1, 5000), () => resolve({ is: 'unknown' }))
        return
      }
      send(own.chance(late) ? own.int(1, lateMs) : sim.latencyMs(own), true)
    })
  })

  return {
    line: (machine) => ({
      name: 'test',
      accepts: (token) => provider().accepts(token),
      authorize: (key, about) => ask(machine, `authorize ${key} ${about.token}`, () => provider().authorize(key, about)),
      capture: (key, reference, total) => ask(machine, `capture ${key}`, () => provider().capture(key, reference, total)),
      void: (key, authorize, orderId) => ask(machine, `void ${key}`, () => provider().void(key, authorize, orderId)),
      refund: (key, reference, part) => ask(machine, `refund ${key} ${part.amount}`, async () => {
        // Refused for good: the key decides, so that a repeat hears the same.
        refusals.set(key, refusals.get(key) ?? own.chance(sim.weather().payments.refused))
        return refusals.get(key) === true ? { is: 'refused', reason: 'The account is closed' } : provider().refund(key, reference, part)
      }),
      webhook: (raw, headers) => provider().webhook(raw, headers),
    }),
    async decide(reference, decision) {
      story.tell(`the bank: ${decision} ${reference}`)
      await provider().decide(reference, decision)
    },
    sendWebhooks(deliver) {
      const once: Deliver = async (raw, headers) => {
        const { doubled, late } = sim.weather().payments
        if (own.chance(sim.weather().webhookLost)) return void story.tell('a webhook is lost for ever')
        if (own.chance(doubled)) time.after(own.int(1, lateMs), () => { deliver(raw, headers).catch(() => {}) })
        if (own.chance(late)) await time.sleep(own.int(1, neverMs))
        await deliver(raw, headers)
      }
      const look = () => {
        void provider().sendWebhooks(once).then(() => { time.after(1000, look) })
      }
      look()
    },
  }
}

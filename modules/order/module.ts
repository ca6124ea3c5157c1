import { makeContext } from '../../src/module/context.ts'
import { kept } from '../../src/module/kept.ts'
import { type Module, module } from '../../src/module/module.ts'
import { auth } from '../auth/contract/index.ts'
import { cart } from '../cart/contract/index.ts'
import { product } from '../product/contract/index.ts'
import { order } from './contract/index.ts'
import { cancelling } from './operations/cancelling.ts'
import { checkout } from './operations/checkout.ts'
import { createFollowing } from './operations/following.ts'
import { paymentPages } from './operations/payment-page.ts'
import { reading } from './operations/reading.ts'
import { refunds } from './operations/refunds.ts'
import { updating } from './operations/updating.ts'
import { webhook } from './operations/webhook.ts'
import { ledgerMigrations } from './payments/ledger-migrations.ts'
import { openLedger } from './payments/ledger.ts'
import type { PaymentProvider } from './payments/provider.ts'
import { type Deliver, testProvider } from './payments/test-provider.ts'
import { sagaCalls } from './saga/calls.ts'
import { createDriver } from './saga/driver.ts'
import { createGate } from './saga/gate.ts'
import { observed } from './saga/observed.ts'
import { createRefunding } from './saga/refunding.ts'
import { createSweeper } from './saga/sweeper.ts'
import { createWatch } from './saga/watch.ts'
import { orderSettings, refusedProvider } from './settings.ts'
import { migrations } from './stores/migrations.ts'
import { openOrders } from './stores/sql.ts'

/** What a test may put between the saga and its payment provider. */
export interface Seams { provider?: (provider: PaymentProvider) => PaymentProvider }

const keysKeptMs = 7 * 86_400_000
const webhookMs = 10_000

export const orderModuleWith = ({ provider: wrapped = (provider) => provider }: Seams): Module => module({
  contract: order,
  uses: { auth, cart, product },
  settings: orderSettings,
  refuses: refusedProvider,
  stores: {
    sqlite: { migrations: migrations('sqlite'), open: openOrders },
    postgres: { migrations: migrations('postgres'), open: openOrders },
  },
  beside: {
    ledger: {
      postgresSetting: 'paymentLedgerUrl',
      sqlite: { migrations: ledgerMigrations('sqlite'), open: openLedger },
      postgres: { migrations: ledgerMigrations('postgres'), open: openLedger },
    },
  },
  measures: {
    outcomes: { kind: 'counter', help: 'Orders that came to a status', labels: ['status'] },
    takeovers: { kind: 'counter', help: 'Orders taken over from one who did not finish', labels: ['by'] },
    refunds: { kind: 'counter', help: 'Refunds that ended', labels: ['status'] },
    sagas: { kind: 'gauge', help: 'Orders that are not at rest', labels: ['step'] },
  },
  build({ store: bare, beside, doors, settings, world, log, measure, publicUrl }) {
    const tester = testProvider({ ledger: beside.ledger, world, log, pageUrl: (reference) => `${publicUrl()}/payments/test/${reference}` })
    const provider = wrapped(tester)
    const gate = createGate()
    const watch = createWatch(world)
    const store = observed(bare, watch, measure)
    const refunding = createRefunding({ store, provider, world, gate, log, measure })
    const calls = sagaCalls({ doors, provider, refunding, world, publicUrl })
    const driver = createDriver({ store, calls, world, gate, log, measure, settings })
    const sweeper = createSweeper({ store, driver, refunding, world, log, settings })
    const following = createFollowing({ store, driver, watch, world, log })
    const orderSecret = kept(() => store.secret('order_token', Buffer.from(world.random(32)).toString('base64url')))

    const read = reading({ store, orderSecret })
    const refund = refunds({ store, refunding, gate, world, settings })
    const hook = webhook({ store, provider, sweeper, world })
    const deliver: Deliver = async (bytes, headers) => {
      const trace = Buffer.from(world.random(16)).toString('hex')
      await hook({ provider: provider.name, body: { bytes, headers } }, makeContext({ caller: { is: 'nobody' }, trace, leftMs: webhookMs, world }))
    }
    const pages = paymentPages({ provider: tester, deliver })

    return {
      operations: {
        place: checkout({ store, following, doors, provider, gate, world, settings, orderSecret, publicUrl }),
        list: read.list,
        read: read.read,
        cancel: cancelling({ store, driver, sweeper, gate, watch, world, settings, orderSecret }),
        update: updating({ store, world }),
        refunds: refund.list,
        refund: refund.refund,
        webhook: hook,
        paymentPage: pages.page,
        paymentDecision: pages.decision,
      },
      hears: {},
      jobs: [
        { name: 'sweeper', everyMs: settings.orderSweepMs, run: () => sweeper.sweep() },
        { name: 'webhooks of the test provider', everyMs: 1000, run: () => tester.sendWebhooks(deliver) },
        { name: 'old keys', everyMs: 3_600_000, run: async () => { while (await store.forget(world.now() - keysKeptMs, 1000) === 1000); } },
      ],
      pause: () => gate.pause(),
      stop: () => driver.stop(),
      gauges: async () => (await store.steps()).map(({ step, count }) => ({ name: 'sagas', value: count, labels: { step } })),
    }
  },
})

export const orderModule: Module = orderModuleWith({})

import type { In } from '../../../src/contract/contract.ts'
import { paymentNotFound } from '../contract/faults.ts'
import type * as payments from '../contract/payments.ts'
import { paymentPage } from '../payments/page.ts'
import type { Deliver, TestProvider } from '../payments/test-provider.ts'

/** GET and POST /payments/test/{reference}: what a bank's page would be. */
export const paymentPages = ({ provider, deliver }: { provider: TestProvider; deliver: Deliver }) => ({
  async page({ reference }: In<typeof payments.paymentPage>): Promise<string> {
    const payment = await provider.find(reference)
    if (payment === null) throw paymentNotFound()
    return paymentPage(payment, reference)
  },
  async decision({ reference, decision }: In<typeof payments.paymentDecision>): Promise<string> {
    const payment = await provider.decide(reference, decision)
    if (payment === null) throw paymentNotFound()
    await provider.sendWebhooks(deliver)
    return paymentPage(payment, reference)
  },
})

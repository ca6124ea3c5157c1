import type { Detail, Fault } from '../../../src/contract/fault.ts'
import { Reply, asJson } from '../../../src/module/reply.ts'
import * as faults from '../contract/faults.ts'
import type { PlacedOrder } from '../contract/schemas.ts'
import type { OrderRecord, Refusal } from '../rules/order.ts'
import { orderToken } from '../rules/order-token.ts'

const stored: readonly Fault[] = [faults.checkoutAbandoned, faults.outOfStock, faults.paymentDeclined]

/** Names the lines that cannot be delivered. */
export const shortLines = (lines: Refusal['lines']): Detail[] => lines.map(({ variantId, available }) => ({
  in: 'body', path: `/items/${variantId}`, message: available === 0 ? 'cannot be delivered' : `only ${available} can be delivered`,
}))

export interface Answering { secret: string; publicUrl: string; replayed: boolean }

/** What a checkout with a stored answer is answered, at first and at each replay: the same text. Throws the refusals. */
export const answerOf = (order: OrderRecord, { secret, publicUrl, replayed }: Answering): Reply<PlacedOrder> => {
  const { answer } = order
  if (answer === null) throw new Error(`Order ${order.id} has no answer yet`)
  const headers: Record<string, string> = replayed ? { 'idempotency-replayed': 'true' } : {}
  if (answer.is === 'order') {
    const access = order.userId === null ? { token: orderToken(secret, order.id), url: `${publicUrl}/orders/${order.id}` } : null
    const text = `${answer.body.slice(0, -1)},"access":${JSON.stringify(access)}}`
    return new Reply(asJson<PlacedOrder>(text), { headers: { ...headers, location: `/orders/${order.id}` } })
  }
  const { code, detail, lines } = answer.refusal
  const fault = stored.find((one) => one.code === code) ?? faults.checkoutAbandoned
  throw fault(detail, {
    headers, members: { orderId: order.id }, ...(lines.length === 0 ? {} : { errors: shortLines(lines) }),
  })
}

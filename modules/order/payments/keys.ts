declare const step: unique symbol
/** Names one thing asked of a provider; made of the order and what is asked, never on the spot, so that a repeat has the same. */
export type PaymentKey = string & { readonly [step]: true }

export const paymentKey = (orderId: string, what: 'authorize' | 'capture' | 'void' | `refund:${string}`): PaymentKey =>
  `${orderId}:${what}` as PaymentKey

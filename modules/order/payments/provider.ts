import type { Money } from '../../../src/contract/money.ts'
import type { PaymentKey } from './keys.ts'

/** `unknown`: it may have taken effect. `unreached`: it cannot have. */
type Outcome<T> = Promise<T | { is: 'unknown' } | { is: 'unreached' }>
/** Final: the same key is refused for ever. */
export interface Refused { is: 'refused'; reason: string }
export type Authorized = { is: 'authorized'; reference: string } | { is: 'redirect'; reference: string; url: string } | Refused
export type Captured = { is: 'captured' } | Refused
export type Voided = { is: 'voided' } | { is: 'captured' }
export type Refunded = { is: 'refunded' } | Refused

export interface Ask { orderId: string; total: Money; token: string; returnUrl: string }

/**
 * A payment provider. Every call may be repeated under its key and then answers the same; ended states absorb. Where a
 * gateway cannot promise that of `void`, its adapter first repeats the authorize until it knows.
 */
export interface PaymentProvider {
  /** As it stands in an order's `payment.provider` and in the webhook's path. */
  readonly name: string
  /** Whether such a token could be the provider's; another one is refused before anything starts. */
  accepts(token: string): boolean
  authorize(key: PaymentKey, ask: Ask): Outcome<Authorized>
  capture(key: PaymentKey, reference: string, total: Money): Outcome<Captured>
  /** By the authorize's key, so that what was never seen is refused later. */
  void(key: PaymentKey, authorize: PaymentKey, orderId: string): Outcome<Voided>
  refund(key: PaymentKey, reference: string, part: Money): Outcome<Refunded>
  /** Which order to wake, and the event's id; nothing else in it is believed. Throws on a bad signature. */
  webhook(raw: Uint8Array, headers: Headers): Promise<{ event: string; orderId: string }>
}

import { kept } from '../../../src/module/kept.ts'
import type { Log } from '../../../src/module/log.ts'
import type { World } from '../../../src/module/world.ts'
import type { Authorization, Ledger } from './ledger.ts'
import type { Authorized, PaymentProvider } from './provider.ts'
import { sign, signatureHeader, signed } from './signature.ts'

export interface TestProviderOptions {
  ledger: Ledger
  world: World
  log?: Log
  /** The page of a payment that asks for the buyer's consent. */
  pageUrl(reference: string): string
}
export type Decision = 'approve' | 'decline'
/** Hands a signed webhook over; resolves when it was taken. */
export type Deliver = (raw: Uint8Array, headers: Headers) => Promise<void>

/** A provider that behaves as its token says, with a ledger that outlives every process of the shop. */
export interface TestProvider extends PaymentProvider {
  find(reference: string): Promise<Authorization | null>
  /** What the buyer said on the page; the first word counts. */
  decide(reference: string, decision: Decision): Promise<Authorization | null>
  /** Sends what was decided and not taken yet. */
  sendWebhooks(deliver: Deliver): Promise<void>
}

const known = new Set([
  'tok_ok', 'tok_declined', 'tok_capture_declined', 'tok_timeout_once', 'tok_capture_timeout_once', 'tok_unavailable', 'tok_action',
])
const slow = /^tok_slow_(\d{1,6})$/
const declinedReason = 'The card was declined'
const resendMs = (attempts: number) => Math.min(60_000, 1000 * 2 ** Math.min(attempts, 10))

export const testProvider = ({ ledger, world, log, pageUrl }: TestProviderOptions): TestProvider => {
  const webhookSecret = kept(() => ledger.secret(Buffer.from(world.random(32)).toString('base64url')))

  const answer = ({ state, reference, reason }: Authorization): Authorized => {
    if (reference === null || state === 'voided' || state === 'refused') return { is: 'refused', reason: reason ?? 'The payment was voided' }
    return state === 'requires_action' ? { is: 'redirect', reference, url: pageUrl(reference) } : { is: 'authorized', reference }
  }

  return {
    name: 'test',
    accepts: (token) => known.has(token) || slow.test(token),
    async authorize(key, { orderId, total, token, returnUrl }) {
      if (token === 'tok_unavailable') return { is: 'unreached' }
      const takesMs = Number(slow.exec(token)?.[1] ?? 0)
      // It is the deciding that takes long: what was decided is answered at once, else a repeat would never hear of it.
      if (takesMs > 0 && await ledger.byKey(key) === null) await world.sleep(takesMs)
      const declined = token === 'tok_declined'
      const { fresh, now } = await ledger.authorize({
        key, orderId, token, total, returnUrl, reference: `pay_${Buffer.from(world.random(16)).toString('base64url')}`,
        state: token === 'tok_action' ? 'requires_action' : declined ? 'refused' : 'authorized',
        reason: declined ? declinedReason : null,
      }, world.now())
      return fresh && token === 'tok_timeout_once' ? { is: 'unknown' } : answer(now)
    },
    async capture(key, reference, total) {
      const authorization = await ledger.byReference(reference)
      const refused = authorization?.token === 'tok_capture_declined'
      if (authorization === null) return { is: 'refused', reason: 'There is no such authorization' }
      const { orderId } = authorization
      const { fresh, outcome } = await ledger.capture({ key, reference, orderId, amount: total.amount, outcome: refused ? 'refused' : 'captured' }, world.now())
      if (fresh && authorization?.token === 'tok_capture_timeout_once') return { is: 'unknown' }
      return outcome === 'captured' ? { is: 'captured' } : { is: 'refused', reason: 'The card was declined at the capture' }
    },
    async void(_key, authorize, orderId) {
      return await ledger.void(authorize, orderId, world.now()) === 'captured' ? { is: 'captured' } : { is: 'voided' }
    },
    async refund(key, reference, part) {
      const outcome = await ledger.refund(key, reference, part.amount, world.now())
      return outcome === 'refunded' ? { is: 'refunded' } : { is: 'refused', reason: 'More than was captured' }
    },
    async webhook(raw, headers) {
      if (!signed(await webhookSecret(), raw, headers.get(signatureHeader) ?? '', world.now())) throw new Error('The signature does not fit')
      const told: unknown = JSON.parse(Buffer.from(raw).toString())
      if (!isEvent(told)) throw new Error('This is no event of the test provider')
      return { event: told.id, orderId: told.order }
    },
    find: (reference) => ledger.byReference(reference),
    decide: (reference, decision) =>
      ledger.decide(reference, decision === 'approve' ? 'authorized' : 'refused', { id: world.id() }, world.now()),
    async sendWebhooks(deliver) {
      const webhooks = await ledger.untaken(world.now(), 50)
      const key = webhooks.length === 0 ? '' : await webhookSecret()
      await Promise.all(webhooks.map(async ({ id, orderId, attempts }) => {
        const raw = Buffer.from(JSON.stringify({ id, type: 'payment.decided', order: orderId }))
        try {
          await deliver(raw, new Headers({ 'content-type': 'application/json', [signatureHeader]: sign(key, world.now(), raw) }))
          await ledger.taken(id, world.now())
        } catch (error) {
          log?.warn('a webhook was not taken and will be sent again', { event: id, orderId, attempts, error })
          await ledger.delayed(id, world.now() + resendMs(attempts))
        }
      }))
    },
  }
}

const isEvent = (value: unknown): value is { id: string; order: string } =>
  typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string' && 'order' in value && typeof value.order === 'string'

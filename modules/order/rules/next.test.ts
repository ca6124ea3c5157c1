import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { order } from '../suites/orders.ts'
import type { Moment } from './moment.ts'
import { type Heard, next, unasked } from './next.ts'
import { type OrderRecord, type Step, steps } from './order.ts'
import { told } from './told.ts'

const moment = (about: Partial<Moment> = {}): Moment => ({ now: 2000, asked: 2000, first: false, leaseMs: 30_000, pendingMs: 1_800_000, refundId: 'r', ...about })
const at = (step: Step, about: Partial<OrderRecord> = {}) => order(1, { step, toVoid: step !== 'new', ...about })
const cancel = { by: 'customer', reason: null } as const
const after = (one: OrderRecord, heard: Heard, about?: Partial<Moment>) => next(one, heard, moment(about))?.after ?? null
const seen = (one: OrderRecord | null) => one && [one.step, one.status, one.answer?.is === 'refusal' ? one.answer.refusal.code : one.answer?.is ?? null]
const lines = [{ variantId: 'v', available: 1 }]
const authorized = { is: 'authorized', reference: 'p' } as const
const redirect = { is: 'redirect', reference: 'p', url: 'u' } as const
const refused = { is: 'refused', reason: 'No' } as const

test('the happy way, step by step', () => {
  assert.deepEqual(seen(after(at('new'), { is: 'held' })), ['authorizing', 'pending', null])
  assert.deepEqual(seen(after(at('authorizing'), authorized)), ['capturing', 'pending', null])
  assert.deepEqual(seen(after(at('capturing'), { is: 'captured' })), ['settling', 'paid', 'order'])
  assert.deepEqual(seen(after(at('settling', { status: 'paid' }), { is: 'settled' })), ['done', 'paid', null])
})

test('a total of zero skips the provider', () => {
  const free = at('new')
  const zero = { ...free, frozen: { ...free.frozen, total: { amount: 0, currency: 'EUR' } } }
  assert.deepEqual(seen(after(zero, { is: 'held' })), ['settling', 'paid', 'order'])
})

test('what had no stock ends at once, with the reason', () => {
  const ended = after(at('new'), { is: 'short', lines })
  assert.deepEqual(seen(ended), ['done', 'cancelled', 'out_of_stock'])
  assert.equal(ended?.history.at(-1)?.note, 'Out of stock')
})

test('a refusal undoes; a refused authorize needs no void, a refused capture does', () => {
  assert.deepEqual(seen(after(at('authorizing'), refused)), ['undoing', 'payment_failed', 'payment_declined'])
  assert.equal(after(at('authorizing'), refused)?.toVoid, false)
  assert.deepEqual(seen(after(at('capturing'), refused)), ['undoing', 'payment_failed', 'payment_declined'])
  assert.equal(after(at('capturing'), refused)?.toVoid, true)
})

test('not being reached ends an order at its first attempt only, and gives its key back', () => {
  const move = next(at('authorizing'), { is: 'unreached' }, moment({ first: true }))
  assert.deepEqual(seen(move?.after ?? null), ['undoing', 'payment_failed', null])
  assert.equal(move?.freesKey, true)
  assert.equal(next(at('authorizing'), { is: 'unreached' }, moment()), null)
})

test('an unknown outcome is asked again: an authorize for 30 minutes, a capture for ever', () => {
  const [soon, late] = [{ asked: 1_801_000 - 1 }, { asked: 1_801_000 }]
  assert.equal(after(at('authorizing'), { is: 'unknown' }, soon), null)
  assert.deepEqual(seen(after(at('authorizing'), { is: 'unknown' }, late)), ['undoing', 'payment_failed', 'checkout_abandoned'])
  assert.equal(after(at('capturing'), { is: 'unknown' }, { asked: 1e12 }), null)
})

test('a bank that is waited for ends the waiting only if asked after the time', () => {
  const waiting = at('waiting', { waitingUntil: 5000, answer: { is: 'order', body: '{}' } })
  assert.deepEqual(seen(after(waiting, redirect, { asked: 4999, now: 6000 })), ['waiting', 'pending', 'order'])
  assert.deepEqual(seen(after(waiting, redirect, { asked: 5000, now: 6000 })), ['undoing', 'payment_failed', 'order'])
  assert.equal(after(waiting, { is: 'unknown' }, { asked: 4999 }), null)
  assert.deepEqual(seen(after(waiting, { is: 'unknown' }, { asked: 5000 })), ['undoing', 'payment_failed', 'order'])
  assert.deepEqual(seen(after(waiting, authorized)), ['capturing', 'pending', 'order'])
})

test('storing the waiting keeps a wake that came before', () => {
  assert.equal(after(at('authorizing', { woken: true }), redirect)?.nextAttempt, 2000)
  assert.equal(after(at('authorizing'), redirect)?.nextAttempt, 2000 + 1_800_000)
  assert.equal(after(at('authorizing', { woken: true }), redirect)?.woken, false)
})

test('a wanted cancel stores undoing where capturing would be stored, and returning where done would be', () => {
  for (const heard of [authorized, redirect]) {
    assert.deepEqual(seen(after(at('authorizing', { cancel }), heard)), ['undoing', 'cancelled', 'checkout_abandoned'])
  }
  assert.deepEqual(seen(after(at('capturing', { cancel }), { is: 'captured' })), ['settling', 'paid', 'order'], 'what may be charged goes forward')
  const back = next(at('settling', { status: 'paid', captured: 2000, cancel, paidAt: 1 }), { is: 'settled' }, moment())
  assert.deepEqual([seen(back?.after ?? null), back?.opens?.amount, back?.after.refundCommitted], [['returning', 'cancelled', null], 2000, 2000])
})

test('no call is made for what was cancelled before the payment, nor by the sweeper for what never had its stock', () => {
  assert.ok(unasked(at('new'), 'sweeper'))
  assert.ok(!unasked(at('new'), 'request'))
  for (const step of steps) assert.equal(unasked(at(step, { cancel }), 'request'), ['new', 'authorizing', 'waiting'].includes(step), step)
})

test('a void that finds a capture pays it back', () => {
  const move = next(at('undoing', { status: 'payment_failed' }), { is: 'charged' }, moment())
  assert.deepEqual([move?.after.captured, move?.after.refundCommitted, move?.opens?.amount, move?.after.toVoid], [2000, 2000, 2000, false])
})

test('the others are told of each status once, and a buyer by mail of what they did not see', () => {
  const types = (before: OrderRecord, one: OrderRecord | null) => (one === null ? [] : told(before, one).map(({ type }) => type))
  const capturing = at('capturing')
  assert.deepEqual(types(capturing, after(capturing, { is: 'captured' })), ['order.paid.v1', 'email.requested.v1'])
  const authorizing = at('authorizing')
  assert.deepEqual(types(authorizing, after(authorizing, refused)), ['order.payment_failed.v1'])
  assert.deepEqual(types(at('new'), after(at('new'), { is: 'short', lines })), ['order.cancelled.v1'])
  const settling = at('settling', { status: 'paid', cancel, answer: { is: 'order', body: '' } })
  assert.deepEqual(types(settling, after(settling, { is: 'settled' })), ['order.cancelled.v1', 'email.requested.v1'])
})

const ended: readonly Step[] = ['done']
/** How far forward a step is; going back is only by undoing and returning. */
const forward: Record<Step, readonly Step[]> = {
  new: ['authorizing', 'settling', 'undoing', 'done'], authorizing: ['waiting', 'capturing', 'undoing'], waiting: ['waiting', 'capturing', 'undoing'],
  capturing: ['settling', 'undoing'], settling: ['done', 'returning'], undoing: ['undoing', 'done'], returning: ['done'], done: [],
}
const heards: readonly Heard[] = [
  { is: 'held' }, { is: 'short', lines }, authorized, redirect, refused, { is: 'unknown' }, { is: 'unreached' }, { is: 'captured' },
  { is: 'settled' }, { is: 'undone' }, { is: 'charged' }, { is: 'returned' }, { is: 'abandoned' },
]

test('whatever is heard, in whatever order: steps go one way, an answer stays, money adds up, and it ends', () => {
  fc.assert(fc.property(
    fc.array(fc.record({ heard: fc.constantFrom(...heards), first: fc.boolean(), cancels: fc.boolean(), passedMs: fc.integer({ min: 0, max: 1_000_000 }) }), { maxLength: 40 }),
    (told) => {
      let now = 1000
      let row = at('new')
      for (const { heard, first, cancels, passedMs } of told) {
        now += passedMs
        if (cancels && (row.status === 'pending' || row.status === 'paid')) row = { ...row, cancel, version: row.version + 1 }
        const move = next(row, heard, moment({ now, asked: now, first }))
        if (move === null) continue
        const to = move.after
        assert.ok(forward[row.step].includes(to.step), `${row.step} → ${to.step} on ${heard.is}`)
        assert.equal(to.version, row.version + 1)
        if (row.answer !== null) assert.deepEqual(to.answer, row.answer)
        assert.ok(to.refundCommitted <= to.captured && to.captured <= to.frozen.total.amount)
        assert.equal(move.opens?.amount ?? 0, to.refundCommitted - row.refundCommitted)
        assert.equal(to.settledAt !== null, to.step === 'done')
        assert.equal(to.paidAt !== null, to.history.some(({ status }) => status === 'paid'))
        if (to.step === 'done') assert.ok(['paid', 'cancelled', 'payment_failed'].includes(to.status))
        if (['cancelled', 'payment_failed'].includes(to.status)) assert.equal(to.refundCommitted, to.captured)
        if (to.answer?.is === 'refusal') assert.equal(to.paidAt, null)
        assert.ok(to.history.length - row.history.length <= 1)
        row = to
        if (ended.includes(row.step)) break
      }
    },
  ), { numRuns: 2000 })
})

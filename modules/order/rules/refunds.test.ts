import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { paid } from '../suites/orders.ts'
import { giveBack } from './moves.ts'
import type { OrderRecord } from './order.ts'
import { endRefund, openRefund } from './refunds.ts'
import { mayBecome, mayCancel } from './transitions.ts'
import { become } from './move.ts'

const about = (id: string) => ({ id, reason: null, by: 'staff', createdAt: 1, nextAttempt: 1 } as const)

test('a refund takes what it may, never more, and what is left where no amount is said', () => {
  const order = paid()
  assert.equal(openRefund(order, 2001, about('r')).is, 'exceeds')
  const part = openRefund(order, 500, about('r'))
  assert.ok(part.is === 'opened')
  const rest = openRefund(part.move.after, null, about('s'))
  assert.ok(rest.is === 'opened')
  assert.equal(rest.move.opens?.amount, 1500)
  assert.equal(openRefund(rest.move.after, null, about('t')).is, 'exceeds')
})

test('what was never paid has nothing to refund; while a cancel is wanted it waits', () => {
  assert.equal(openRefund(paid(1, { paidAt: null, captured: 0 }), null, about('r')).is, 'exceeds')
  const cancel = { by: 'customer', reason: null } as const
  assert.equal(openRefund(paid(1, { cancel, settledAt: null, step: 'settling' }), 1, about('r')).is, 'cancelling')
})

test('a refund refused for good gives back what it took', () => {
  const opened = openRefund(paid(), 500, about('r'))
  assert.ok(opened.is === 'opened')
  const { after, closes } = endRefund(opened.move.after, { id: 'r', amount: 500, reason: null }, { is: 'refused', reason: 'No' }, 5)
  assert.deepEqual([after.refundCommitted, after.refunded, after.paymentStatus, closes?.status], [0, 0, 'captured', 'failed'])
})

type Deed =
  | { do: 'become'; status: 'preparing' | 'shipped' | 'delivered' | 'paid' }
  | { do: 'cancel' } | { do: 'refund'; amount: number | null } | { do: 'end'; refused: boolean }

const anyDeed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ do: fc.constant<'become'>('become'), status: fc.constantFrom<('preparing' | 'shipped' | 'delivered' | 'paid')[]>('preparing', 'shipped', 'delivered', 'paid') }),
  fc.record({ do: fc.constant<'cancel'>('cancel') }),
  fc.record({ do: fc.constant<'refund'>('refund'), amount: fc.option(fc.integer({ min: 1, max: 2500 })) }),
  fc.record({ do: fc.constant<'end'>('end'), refused: fc.boolean() }),
)

/** A paid order as plain sums: what staff, buyer and provider may do to it, in any order. */
test('status and refunds of a paid order follow the model', () => {
  fc.assert(fc.property(fc.array(anyDeed, { maxLength: 25 }), (deeds) => {
    let row: OrderRecord = paid()
    const pending: { id: string; amount: number; reason: null }[] = []
    const model = { status: 'paid', committed: 0, refunded: 0 }
    const ways = ['paid', 'preparing', 'shipped', 'delivered']
    for (const [at, deed] of deeds.entries()) {
      const shipped = ways.indexOf(model.status)
      switch (deed.do) {
        case 'become': {
          const allowed = shipped >= 0 && ways[shipped + 1] === deed.status
          assert.equal(mayBecome(row.status, deed.status), allowed)
          if (!allowed) break
          model.status = deed.status
          row = become(row, { status: deed.status, now: at, by: 'staff', why: null }, {})
          break
        }
        case 'cancel': {
          assert.equal(mayCancel(row.status), shipped === 0 || shipped === 1)
          if (!mayCancel(row.status)) break
          const move = giveBack(row, { by: 'customer', reason: null }, { now: at, asked: at, first: false, leaseMs: 1, pendingMs: 1, refundId: `c${at}` })
          assert.equal(move.opens?.amount ?? 0, 2000 - model.committed)
          if (move.opens) pending.push({ id: move.opens.id, amount: move.opens.amount, reason: null })
          row = { ...move.after, step: 'done', settledAt: at }
          Object.assign(model, { status: 'cancelled', committed: 2000 })
          break
        }
        case 'refund': {
          const wanted = deed.amount ?? 2000 - model.committed
          const opened = openRefund(row, deed.amount, about(`r${at}`))
          assert.equal(opened.is === 'opened', wanted > 0 && wanted + model.committed <= 2000)
          if (opened.is !== 'opened' || !opened.move.opens) break
          pending.push({ id: `r${at}`, amount: opened.move.opens.amount, reason: null })
          row = opened.move.after
          model.committed += wanted
          break
        }
        case 'end': {
          const refund = pending.shift()
          if (refund === undefined) break
          row = endRefund(row, refund, deed.refused ? { is: 'refused', reason: 'No' } : { is: 'refunded' }, at).after
          if (deed.refused) model.committed -= refund.amount
          else model.refunded += refund.amount
          if (model.refunded === 2000 && model.status !== 'cancelled') model.status = 'refunded'
        }
      }
      assert.deepEqual({ status: row.status, committed: row.refundCommitted, refunded: row.refunded }, model)
      const expected = model.refunded === 2000 ? 'refunded' : model.refunded > 0 ? 'partially_refunded' : 'captured'
      assert.equal(row.paymentStatus, expected)
    }
  }), { numRuns: 2000 })
})

import assert from 'node:assert/strict'
import { type TestContext, suite, test } from 'node:test'
import type { Sql } from '../../../src/databases/sql.ts'
import { openSqlite } from '../../../src/databases/sqlite/open.ts'
import { onPostgres } from '../../../test/servers.ts'
import { type TestWorld, testWorld } from '../../../test/world.ts'
import { eur } from '../suites/orders.ts'
import { paymentKey } from './keys.ts'
import { ledgerMigrations } from './ledger-migrations.ts'
import { openLedger } from './ledger.ts'
import { testProvider } from './test-provider.ts'

const quiet = () => {}
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet }

type Open = (world: TestWorld) => Promise<{ sql: Sql; close(): Promise<void> }>

const providedBy = (open: Open) => async (t: TestContext) => {
  const world = testWorld()
  const { sql, close } = await open(world)
  t.after(close)
  const ledger = openLedger(sql)
  const provider = testProvider({ ledger, world, log, pageUrl: (reference) => `http://shop.test/payments/test/${reference}` })
  const authorize = (order: string, token: string) =>
    provider.authorize(paymentKey(order, 'authorize'), { orderId: order, total: eur(1000), token, returnUrl: 'http://shop.test/' })
  const reference = async (order: string, token = 'tok_ok') => {
    await authorize(order, token)
    const answer = await authorize(order, token)
    assert.ok(answer.is === 'authorized' || answer.is === 'redirect')
    return answer.reference
  }
  const capture = async (order: string, token?: string) => provider.capture(paymentKey(order, 'capture'), await reference(order, token), eur(1000))
  const rows = async (table: string) => (await Array.fromAsync(ledger.dump())).filter((row) => row.table === table)
  return { world, provider, ledger, authorize, reference, capture, rows }
}

const cases = (open: Open): void => {
  const provided = providedBy(open)

  test('the same key is answered the same, whatever it is asked with', async (t) => {
    const { authorize, capture, rows } = await provided(t)
    assert.deepEqual(await authorize('a', 'tok_ok'), await authorize('a', 'tok_declined'))
    assert.deepEqual(await authorize('b', 'tok_declined'), await authorize('b', 'tok_ok'))
    assert.deepEqual([await capture('a'), await capture('a')], [{ is: 'captured' }, { is: 'captured' }])
    assert.equal((await rows('captures')).length, 1)
  })

  test('what a slow payment came to is answered at once when it is asked again', async (t) => {
    const { authorize } = await provided(t)
    const first = await authorize('a', 'tok_ok')
    assert.deepEqual(await authorize('a', 'tok_slow_600000'), first)
  })

  test('the first answer of tok_timeout_once is lost, and it took effect', async (t) => {
    const { authorize } = await provided(t)
    assert.equal((await authorize('a', 'tok_timeout_once')).is, 'unknown')
    assert.equal((await authorize('a', 'tok_timeout_once')).is, 'authorized')
  })

  test('the first capture of tok_capture_timeout_once is lost, and it took effect', async (t) => {
    const { capture, rows } = await provided(t)
    assert.equal((await capture('a', 'tok_capture_timeout_once')).is, 'unknown')
    assert.equal((await rows('captures')).length, 1)
    assert.equal((await capture('a', 'tok_capture_timeout_once')).is, 'captured')
  })

  test('a capture that was refused stays refused', async (t) => {
    const { capture } = await provided(t)
    assert.equal((await capture('a', 'tok_capture_declined')).is, 'refused')
    assert.equal((await capture('a', 'tok_capture_declined')).is, 'refused')
  })

  test('a void ends what was authorized, refuses what comes later, and says so of what is captured', async (t) => {
    const { provider, authorize, reference, capture } = await provided(t)
    const undo = (order: string) => provider.void(paymentKey(order, 'void'), paymentKey(order, 'authorize'), order)
    const open = await reference('a')
    assert.deepEqual(await undo('a'), { is: 'voided' })
    assert.equal((await provider.capture(paymentKey('a', 'capture'), open, eur(1000))).is, 'refused')
    assert.deepEqual(await undo('never seen'), { is: 'voided' })
    assert.equal((await authorize('never seen', 'tok_ok')).is, 'refused')
    await capture('c')
    assert.deepEqual(await undo('c'), { is: 'captured' })
  })

  test('refunds under one key pay once, and all of them together at most what was captured', async (t) => {
    const { provider, reference, capture } = await provided(t)
    await capture('a')
    const refund = async (id: string, amount: number) => (await provider.refund(paymentKey('a', `refund:${id}`), await reference('a'), eur(amount))).is
    assert.deepEqual([await refund('1', 600), await refund('1', 600), await refund('2', 500), await refund('3', 400), await refund('4', 1)],
      ['refunded', 'refunded', 'refused', 'refunded', 'refused'])
  })

  test('an unreachable provider has seen nothing', async (t) => {
    const { authorize, rows } = await provided(t)
    assert.deepEqual(await authorize('a', 'tok_unavailable'), { is: 'unreached' })
    assert.deepEqual(await rows('authorizations'), [])
  })

  test('tok_action asks for the buyer\'s consent; the first word counts and is told until it was taken', async (t) => {
    const { world, provider, authorize, reference } = await provided(t)
    const payment = await reference('a', 'tok_action')
    assert.deepEqual(await authorize('a', 'tok_action'), { is: 'redirect', reference: payment, url: `http://shop.test/payments/test/${payment}` })
    assert.equal((await provider.decide(payment, 'approve'))?.state, 'authorized')
    assert.equal((await provider.decide(payment, 'decline'))?.state, 'authorized')
    assert.equal((await authorize('a', 'tok_action')).is, 'authorized')
    const heard: { event: string; orderId: string }[] = []
    await provider.sendWebhooks(async () => { throw new Error('not now') })
    await provider.sendWebhooks(async () => { throw new Error('too early to come again') })
    world.advance(2000)
    await provider.sendWebhooks(async (raw, headers) => { heard.push(await provider.webhook(raw, headers)) })
    await provider.sendWebhooks(async () => { throw new Error('taken already') })
    assert.deepEqual(heard.map(({ orderId }) => orderId), ['a'])
    assert.equal(await provider.decide('no such payment', 'approve'), null)
  })

  test('a webhook with another body, an old one or an unsigned one is refused', async (t) => {
    const { world, provider, reference } = await provided(t)
    await provider.decide(await reference('a', 'tok_action'), 'approve')
    let sent: { raw: Uint8Array; headers: Headers } | undefined
    await provider.sendWebhooks(async (raw, headers) => { sent = { raw, headers } })
    assert.ok(sent)
    const { raw, headers } = sent
    assert.equal((await provider.webhook(raw, headers)).orderId, 'a')
    await assert.rejects(provider.webhook(Buffer.from('{"id":"x","order":"b"}'), headers))
    await assert.rejects(provider.webhook(raw, new Headers()))
    world.advance(301_000)
    await assert.rejects(provider.webhook(raw, headers))
  })

  test('only its own tokens are the provider\'s', async (t) => {
    const { provider } = await provided(t)
    for (const token of ['tok_ok', 'tok_slow_0', 'tok_slow_200', 'tok_action']) assert.ok(provider.accepts(token), token)
    for (const token of ['', 'tok_', 'tok_slow_', 'tok_slow_-1', 'tok_slow_1e3', 'tok_slow_9999999', 'TOK_OK', 'constructor']) assert.ok(!provider.accepts(token), token)
  })

  test('of a capture and a void at once one takes effect, and the other says so', async (t) => {
    const { ledger, reference, rows } = await provided(t)
    await Promise.all(Array.from({ length: 60 }, async (_, n) => {
      const payment = await reference(`order ${n}`)
      const [captured, voided] = await Promise.all([
        ledger.capture({ key: paymentKey(`order ${n}`, 'capture'), reference: payment, orderId: `order ${n}`, amount: 1000, outcome: 'captured' }, 1),
        ledger.void(paymentKey(`order ${n}`, 'authorize'), `order ${n}`, 1),
      ])
      assert.equal(captured.outcome, voided === 'captured' ? 'captured' : null)
    }))
    assert.equal((await rows('authorizations')).filter(({ row }) => row['state'] === 'captured').length, (await rows('captures')).length)
  })

  test('refunds made at once come to no more than what was captured', async (t) => {
    const { ledger, reference, capture } = await provided(t)
    for (const order of ['a', 'b', 'c', 'd']) {
      await capture(order)
      const payment = await reference(order)
      const refunds = await Promise.all(Array.from({ length: 12 }, (_, n) => ledger.refund(paymentKey(order, `refund:${n}`), payment, 400, 1)))
      assert.equal(refunds.filter((outcome) => outcome === 'refunded').length, 2)
    }
  })
}

suite('the ledger over SQLite', () => cases((world) => openSqlite({ path: ':memory:', migrations: ledgerMigrations('sqlite'), world, checked: true })))
onPostgres('the ledger over PostgreSQL', (server) => cases((world) => server.openPostgres(ledgerMigrations('postgres'), world)))

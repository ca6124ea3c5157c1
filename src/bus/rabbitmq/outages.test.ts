import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onBroker, type OpenRabbit } from '../../../test/broker.ts'
import { attempts, brokerWorld, counted, eventually, heard, notingStore, stock, tell, testLog } from '../../../test/bus.ts'
import type { StillWorld } from '../../../test/still-world.ts'
import { contract } from '../../contract/contract.ts'
import { isFault } from '../../contract/fault.ts'
import { unavailable } from '../../contract/faults.ts'
import { startRelay } from '../relay.ts'
import { rabbitBus } from './bus.ts'
import { brokers, shown } from './urls.ts'

const types = [counted.type]
const cart = contract('cart', { port: 1, operations: {}, inner: {}, events: {}, hears: { counted } })
const down = (error: unknown) => isFault(error, unavailable) && error.retry

/** Waits while the clock moves. */
const soon = async (world: StillWorld, what: Promise<unknown>): Promise<void> => {
  let done = false
  void what.finally(() => { done = true }).catch(() => {})
  await eventually(world, () => done)
  await what
}

/** Tells through an outbox and hears through an inbox, as a shop does. */
const talking = async (open: OpenRabbit) => {
  const [teller, hearer] = [await notingStore(open.world), await notingStore(open.world)]
  await open.bus.hear('cart', types, hearer.hear)
  const relay = startRelay({ name: 'stock', outbox: teller.db.outbox, bus: open.bus, world: open.world, log: open.log })
  return {
    relay, tell: (count: number) => tell(teller.db, count),
    heard: async () => (await hearer.notes()).length,
    async all(count: number) {
      await eventually(open.world, async () => (await hearer.notes()).length === count && (await relay.backlog()).count === 0)
    },
  }
}

onBroker('when RabbitMQ fails', (broker) => {
  test('a broker that is killed while events are published loses none', async () => {
    const open = await broker.open()
    const shop = await talking(open)
    await shop.tell(2000)
    await eventually(open.world, async () => await shop.heard() > 100)
    await broker.kill()
    await shop.tell(500)
    await broker.again()
    await shop.all(2500)
    await shop.relay.stop()
    await open.close()
  })

  test('after a restart of the broker everything is declared anew, and consumers are back', async () => {
    const open = await broker.open()
    const shop = await talking(open)
    const doors = await open.stock({ count: async () => ({ count: 3 }) })
    await broker.kill()
    await eventually(open.world, () => open.bus.alive().then(() => false, () => true))
    await assert.rejects(doors.count({}, open.context()), down)
    await assert.rejects(open.bus.publish([heard(open.world)]), /away/)
    await broker.again()
    await eventually(open.world, () => open.bus.alive().then(() => true, () => false))
    assert.deepEqual(await doors.count({}, open.context()), { count: 3 })
    await shop.tell(3)
    await shop.all(3)
    await shop.relay.stop()
    await open.close()
  })

  test('a connection that is cut while events are published loses none', async () => {
    const open = await broker.open()
    const shop = await talking(open)
    for (let round = 1; round <= 5; round++) {
      await shop.tell(200)
      open.cable.cut()
    }
    await shop.all(1000)
    await shop.relay.stop()
    await open.close()
  })

  test('a broker that says nothing any more leaves no publisher hanging', async () => {
    const open = await broker.open()
    open.cable.hold()
    const publishing = open.bus.publish([heard(open.world)])
    open.world.advance(10_000)
    await assert.rejects(publishing, /confirm/)
    open.cable.close()
    await soon(open.world, open.bus.close(100))
  })

  test('a full broker refuses calls at once, holds events back, and takes them when it has room', async () => {
    const open = await broker.open()
    const shop = await talking(open)
    const doors = await open.stock({ count: async () => ({ count: 1 }) })
    await broker.operate('set_vm_memory_high_watermark', '0')
    await shop.tell(50)
    await eventually(open.world, () => open.log.entries.some(({ message }) => message.includes('full')))
    await assert.rejects(doors.count({}, open.context()), down)
    await assert.doesNotReject(open.bus.alive())
    assert.equal(await shop.heard(), 0)
    await broker.operate('set_vm_memory_high_watermark', '0.4')
    await shop.all(50)
    assert.deepEqual(await doors.count({}, open.context()), { count: 1 })
    await shop.relay.stop()
    await open.close()
  })

  test('a bus starts without a broker, is refused what needs one, and has it when it comes', async () => {
    const [log, world] = [testLog(), brokerWorld()]
    await broker.kill()
    const bus = await rabbitBus({ url: broker.url(), contracts: [], world, log, attempts, prefix: 'later' })
    const store = await notingStore(world)
    await bus.hear('cart', types, store.hear)
    const event = heard(world)
    await assert.rejects(bus.publish([event]), /away/)
    await assert.rejects(bus.alive())
    await broker.again()
    await soon(world, bus.ready())
    await bus.publish([event])
    await eventually(world, async () => (await store.notes()).length === 1)
    await bus.close(1000)
  })

  test('a hearer that comes while the connection breaks is heard on the next one', async () => {
    const open = await broker.open({ contracts: [stock, cart] })
    const [teller, hearer] = [await notingStore(open.world), await notingStore(open.world)]
    open.cable.hold()
    const hearing = open.bus.hear('cart', types, hearer.hear)
    open.cable.cut()
    open.cable.release()
    await hearing
    await tell(teller.db, 3)
    const relay = startRelay({ name: 'stock', outbox: teller.db.outbox, bus: open.bus, world: open.world, log: open.log })
    await eventually(open.world, async () => (await hearer.notes()).length === 3)
    await relay.stop()
    await open.close()
  })

  test('several brokers are tried in turn, and no password is told', async () => {
    const open = await broker.open()
    const url = new URL(broker.url())
    const bus = await rabbitBus({ url: `amqp://me:hidden@127.0.0.1:1,${url.href}`, contracts: [], world: open.world, log: open.log, attempts, prefix: 'turns' })
    await soon(open.world, bus.ready())
    const told = JSON.stringify(open.log.entries.map(({ message, about }) => [message, about, String(about['error'])]))
    assert.match(told, /amqp:\/\/127\.0\.0\.1:1/)
    assert.ok(!told.includes('hidden') && !told.includes(url.password))
    await bus.close(1000)
    await open.close()
  })
})

test('a URL that is none is refused without its password', () => {
  for (const one of ['http://me:hidden@b', 'amqp://me:half/hidden@b', 'amqp://me:hidden@b:port']) {
    assert.throws(() => brokers(`amqp://a,${one}`), (error) => error instanceof TypeError && /^Broker 2 is no/.test(error.message) && !/hidden/.test(error.message))
  }
  assert.deepEqual(brokers('amqp://a, amqps://b').map(({ host }) => host), ['a', 'b'])
  assert.equal(shown(new URL('amqps://me:hidden@b:5671/shop?heartbeat=5')), 'amqps://b:5671/shop')
})

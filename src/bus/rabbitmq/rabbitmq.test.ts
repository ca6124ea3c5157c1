import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect } from 'amqplib'
import { onBroker, type OpenRabbit, testRetryMs } from '../../../test/broker.ts'
import { attempts, counted, eventually, heard, notingStore, soldOut, stock, testLog } from '../../../test/bus.ts'
import { contract } from '../../contract/contract.ts'
import { isFault } from '../../contract/fault.ts'
import { deadlineExceeded, internalError, unavailable } from '../../contract/faults.ts'
import { answerer, door } from '../door.ts'
import { rabbitBus } from './bus.ts'

const types = [counted.type]
const lines = [{ sku: 'A', quantity: 1 }]
const down = (error: unknown) => isFault(error, unavailable) && error.retry
/** A module that hears what stock tells. */
const cart = contract('cart', { port: 3998, operations: {}, inner: {}, events: {}, hears: { counted } })
const doorTo = ({ bus, log }: OpenRabbit) => door(stock, bus, { checked: true, log })

onBroker('over RabbitMQ', (broker) => {
  test('events published before their hearer first starts are kept for it', async () => {
    const one = await broker.open({ contracts: [stock, cart] })
    const events = [heard(one.world), heard(one.world)]
    await one.bus.publish(events)
    const other = await one.beside()
    const store = await notingStore(other.world)
    await other.bus.hear('cart', types, store.hear)
    await eventually(other.world, async () => (await store.notes()).length === 2)
    await one.close()
    await other.close()
  })

  test('a failed event waits longer each time, and others overtake it', async () => {
    const open = await broker.open()
    const at: number[] = []
    const order: string[] = []
    const store = await notingStore(open.world)
    const [bad, good] = [heard(open.world), heard(open.world)]
    await open.bus.hear('cart', types, async (event) => {
      if (event.id === bad.id) {
        at.push(performance.now())
        if (at.length < attempts) throw new Error('not yet')
      }
      order.push(event.id)
      return store.hear(event)
    })
    await open.bus.publish([bad, good])
    await eventually(open.world, async () => (await store.notes()).length === 2)
    assert.deepEqual(order, [good.id, bad.id])
    for (const [index, ms] of testRetryMs.entries()) assert.ok((at[index + 1] ?? 0) - (at[index] ?? 0) >= ms, `waits at ${at.join(', ')}`)
    await open.close()
  })

  test('calls to one module are shared by its instances, and a module that is down is a 503 at once', async () => {
    const one = await broker.open()
    const [first, second] = [await one.beside(), await one.beside()]
    const served = [0, 0]
    const serve = (open: OpenRabbit, at: number) => open.stock({ count: async () => { served[at] = (served[at] ?? 0) + 1; return { count: at } } })
    await serve(first, 0)
    await serve(second, 1)
    const calling = doorTo(one)
    for (let call = 0; call < 20; call++) await calling.count({}, one.context())
    assert.deepEqual(served, [10, 10])
    await first.close()
    for (let call = 0; call < 5; call++) assert.deepEqual(await calling.count({}, one.context()), { count: 1 })
    await second.close()
    await assert.rejects(calling.count({}, one.context()), down)
    await one.close()
  })

  test('calls within a process go without the broker, and it answers others', async () => {
    const one = await broker.open({ localCalls: true })
    const other = await one.beside()
    const doors = await one.stock({ take: async () => { throw soldOut() } })
    await assert.rejects(doorTo(other).take({ lines }, other.context()), (error) => isFault(error, soldOut))
    one.cable.close()
    await assert.rejects(doors.take({ lines }, one.context()), (error) => isFault(error, soldOut) && error.cause === undefined)
    await one.close()
    await other.close()
  })

  test('a call that waits when the connection is cut is refused at once, and the next one is answered', async () => {
    const one = await broker.open()
    const other = await one.beside()
    let started = 0
    await other.stock({ take: () => { started++; return new Promise(() => {}) }, count: async () => ({ count: 7 }) })
    const waiting = doorTo(one).take({ lines }, one.context())
    waiting.catch(() => {})
    await eventually(other.world, () => started === 1)
    one.cable.cut()
    await assert.rejects(waiting, down)
    let answer: unknown
    await eventually(one.world, async () => {
      answer = await doorTo(one).count({}, one.context()).catch(() => null)
      return answer !== null
    })
    assert.deepEqual(answer, { count: 7 })
    const closing = other.bus.close(100)
    other.world.advance(100)
    await closing
    await one.close()
    other.cable.close()
  })

  test('a callee that stood still skips what its callers gave up on', async () => {
    const one = await broker.open()
    const frozen = await one.beside()
    let served = 0
    await frozen.stock({ count: async () => ({ count: ++served }) })
    await doorTo(one).count({}, one.context())
    frozen.cable.hold()
    const late = doorTo(one).count({}, one.context({ leftMs: 500 }))
    late.catch(() => {})
    one.world.advance(500)
    await assert.rejects(late, (error) => isFault(error, deadlineExceeded))
    frozen.world.advance(500)
    frozen.cable.release()
    assert.deepEqual(await doorTo(one).count({}, one.context()), { count: 2 })
    assert.equal(served, 2)
    await one.close()
    await frozen.close()
  })

  test('where modules have broker users of their own, only those that use a module call it', async () => {
    const one = await broker.open()
    const strict = await one.beside({ mayCall: (user, module) => user === 'cart' && module === 'stock' })
    await strict.stock({})
    await assert.rejects(doorTo(one).count({}, one.context()), (error) => isFault(error, internalError))
    assert.ok(strict.log.entries.some(({ about }) => String(about['error']).includes('mercado may not call stock')))
    await one.close()
    const open = await strict.beside({ mayCall: (user) => user === 'mercado' })
    await strict.close()
    await open.stock({})
    assert.deepEqual(await doorTo(open).count({}, open.context()), { count: 0 })
    await open.close()
  })

  test('a consumer that dies after the effect and before it is acknowledged is given the event again, with one effect', async () => {
    const one = await broker.open({ contracts: [stock, cart] })
    const dying = await one.beside()
    const store = await notingStore(one.world)
    let stored = 0
    await dying.bus.hear('cart', types, async (event) => {
      await store.hear(event)
      stored++
      dying.cable.close()
      return new Promise(() => {})
    })
    await one.bus.publish([heard(one.world)])
    await eventually(one.world, () => stored === 1)
    const effects: string[] = []
    await one.bus.hear('cart', types, async (event) => { const effect = await store.hear(event); effects.push(effect); return effect })
    await eventually(one.world, () => effects.length === 1)
    assert.deepEqual(effects, ['repeated'])
    assert.equal((await store.notes()).length, 1)
    await one.close()
  })

  test('what is no event of ours goes to the dead letters as it came', async () => {
    const open = await broker.open()
    await open.bus.hear('cart', types, async () => { throw new Error('never') })
    const raw = await connect(broker.url())
    const channel = await raw.createChannel()
    channel.sendToQueue(`${open.prefix}.cart`, Buffer.from('{"not":"ours"}'), { persistent: true, messageId: 'm1' })
    await eventually(open.world, async () => (await open.bus.deadLetters.count()).length === 1)
    const letter = await open.bus.deadLetters.show('cart:m1')
    assert.equal(letter?.event.data, '{"not":"ours"}')
    assert.match(letter?.error ?? '', /no event/)
    await raw.close()
    await open.close()
  })

  test('the message carries what tools look for', async () => {
    const open = await broker.open()
    const raw = await connect(broker.url())
    const channel = await raw.createChannel()
    const { queue } = await channel.assertQueue('', { exclusive: true })
    await channel.bindQueue(queue, `${open.prefix}.events`, 'stock.#')
    const event = heard(open.world)
    await open.bus.publish([event])
    const message = await channel.get(queue, { noAck: true })
    assert.ok(message !== false)
    const { messageId, type, appId, contentType, deliveryMode, timestamp, headers } = message.properties
    assert.deepEqual({ messageId, type, appId, contentType, deliveryMode, timestamp },
      { messageId: event.id, type: event.type, appId: 'mercado', contentType: 'application/cloudevents+json', deliveryMode: 2, timestamp: Date.parse(event.time) / 1000 })
    const told = JSON.parse(message.content.toString())
    assert.equal(headers?.['traceparent'], told.traceparent)
    assert.equal(told.traceparent.split('-')[1], event.trace)
    await raw.close()
    await open.close()
  })

  test('a queue that stands there otherwise is named, with what to do, and the process goes on', async () => {
    const raw = await connect(broker.url())
    const channel = await raw.createChannel()
    await channel.assertQueue('other.cart', { durable: true })
    const { log, world } = { log: testLog(), world: (await broker.open()).world }
    const bus = await rabbitBus({ url: broker.url(), contracts: [stock, cart], attempts, log, world, prefix: 'other' })
    await assert.rejects(bus.ready(), /'other\.cart'.*rabbitmqctl delete_queue/)
    await assert.rejects(bus.alive(), /other\.cart/)
    assert.deepEqual(log.entries.filter(({ level }) => level === 'error').length, 1)
    await channel.deleteQueue('other.cart')
    await eventually(world, () => bus.alive().then(() => true, () => false))
    await bus.close(1000)
    await raw.close()
  })

  test('a broker that lets nobody in is told at once, without the password', async () => {
    const { world } = await broker.open()
    const url = new URL(broker.url())
    url.password = 'wrong-one'
    const log = testLog()
    const bus = await rabbitBus({ url: url.href, contracts: [], attempts, log, world })
    await assert.rejects(bus.ready(), (error) => error instanceof Error && /ACCESS.REFUSED/.test(error.message) && !error.message.includes('wrong-one'))
    assert.equal(JSON.stringify(log.entries).includes('wrong-one'), false)
    await bus.close(1000)
  })
})

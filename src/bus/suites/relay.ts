import assert from 'node:assert/strict'
import { counted, eventually, notingStore, type OpenBus, settled, tell, type Test } from '../../../test/bus.ts'
import type { Outbox } from '../../databases/sql.ts'
import { startRelay } from '../relay.ts'

const types = [counted.type]

export default (open: () => Promise<OpenBus>, test: Test): void => {
  test('what a change tells is heard, and marked as published', async () => {
    const { bus, world, log, close } = await open()
    const [teller, hearer] = [await notingStore(world), await notingStore(world)]
    await bus.hear('cart', types, hearer.hear)
    const relay = startRelay({ name: 'order', outbox: teller.db.outbox, bus, world, log })
    await tell(teller.db, 250)
    await eventually(world, async () => (await hearer.notes()).length === 250)
    await eventually(world, async () => (await relay.backlog()).count === 0)
    await relay.stop()
    await close()
    assert.deepEqual(log.entries, [])
  })

  test('what was told before the relay started is heard', async () => {
    const { bus, world, log, close } = await open()
    const [teller, hearer] = [await notingStore(world), await notingStore(world)]
    await bus.hear('cart', types, hearer.hear)
    await tell(teller.db)
    assert.equal((await teller.db.outbox.backlog()).count, 1)
    const relay = startRelay({ name: 'order', outbox: teller.db.outbox, bus, world, log })
    await eventually(world, async () => (await hearer.notes()).length === 1)
    await relay.stop()
    await close()
  })

  test('a relay that wakes at once needs no poll', async () => {
    const { bus, world, log, close } = await open()
    const [teller, hearer] = [await notingStore(world), await notingStore(world)]
    await bus.hear('cart', types, hearer.hear)
    const relay = startRelay({ name: 'order', outbox: teller.db.outbox, bus, world, log })
    await settled()
    await tell(teller.db)
    await settled()
    assert.equal((await hearer.notes()).length, 1)
    await relay.stop()
    await close()
  })

  test('a relay that is paused publishes nothing until it is let go', async () => {
    const { bus, world, log, close } = await open()
    const [teller, hearer] = [await notingStore(world), await notingStore(world)]
    await bus.hear('cart', types, hearer.hear)
    const relay = startRelay({ name: 'order', outbox: teller.db.outbox, bus, world, log })
    const [goOn, andGoOn] = [await relay.pause(), await relay.pause()]
    await tell(teller.db)
    await settled()
    goOn()
    goOn()
    await settled()
    assert.equal((await relay.backlog()).count, 1)
    assert.deepEqual(await hearer.notes(), [])
    andGoOn()
    await eventually(world, async () => (await hearer.notes()).length === 1)
    await eventually(world, async () => (await relay.backlog()).count === 0)
    await relay.stop()
    await close()
  })

  test('a relay that is paused can be stopped', async () => {
    const { bus, world, log, close } = await open()
    const teller = await notingStore(world)
    const relay = startRelay({ name: 'order', outbox: teller.db.outbox, bus, world, log })
    await relay.pause()
    await tell(teller.db)
    await settled()
    await relay.stop()
    assert.equal((await teller.db.outbox.backlog()).count, 1)
    await close()
  })

  test('a crash between publishing and marking leads to one effect', async () => {
    const { bus, world, log, close } = await open()
    const [teller, hearer] = [await notingStore(world), await notingStore(world)]
    await bus.hear('cart', types, hearer.hear)
    let crashed = false
    const dying: Outbox = { ...teller.db.outbox, published: () => { crashed = true; return new Promise(() => {}) } }
    startRelay({ name: 'order', outbox: dying, bus, world, log })
    await tell(teller.db)
    await eventually(world, () => crashed)
    assert.equal((await teller.db.outbox.backlog()).count, 1)
    const relay = startRelay({ name: 'order', outbox: teller.db.outbox, bus, world, log })
    await eventually(world, async () => (await relay.backlog()).count === 0)
    await eventually(world, async () => (await hearer.notes()).length === 1)
    await settled()
    await relay.stop()
    await close()
    assert.equal((await hearer.notes()).length, 1)
  })

  test('two relays on one outbox publish each event, and each has one effect', async () => {
    const { bus, world, log, close } = await open()
    const [teller, hearer] = [await notingStore(world), await notingStore(world)]
    await bus.hear('cart', types, hearer.hear)
    const published: string[] = []
    const counting = { publish: async (events: Parameters<typeof bus.publish>[0]) => { published.push(...events.map(({ id }) => id)); await bus.publish(events) } }
    const relays = [1, 2].map(() => startRelay({ name: 'order', outbox: teller.db.outbox, bus: counting, world, log }))
    for (let round = 0; round < 10; round++) await tell(teller.db, 30)
    await eventually(world, async () => (await hearer.notes()).length === 300)
    await Promise.all(relays.map((relay) => relay.stop()))
    await close()
    assert.equal(new Set(published).size, 300)
    assert.equal(published.length, 300, 'none is taken by both')
  })

  test('a bus that fails is tried again, less and less often', async () => {
    const { bus, world, log, close } = await open()
    const [teller, hearer] = [await notingStore(world), await notingStore(world)]
    await bus.hear('cart', types, hearer.hear)
    const at: number[] = []
    const failing = { publish: async (events: Parameters<typeof bus.publish>[0]) => {
      at.push(world.now())
      if (at.length < 6) throw new Error('the broker is away')
      await bus.publish(events)
    } }
    const relay = startRelay({ name: 'order', outbox: teller.db.outbox, bus: failing, world, log })
    await tell(teller.db)
    await eventually(world, async () => (await hearer.notes()).length === 1)
    await relay.stop()
    await close()
    const waits = at.slice(1, 6).map((time, index) => time - (at[index] ?? 0))
    assert.ok(waits.every((ms, index) => ms >= 50 * 2 ** index && ms <= 100 * 2 ** index), `waits of ${waits.join(', ')} ms`)
    assert.equal(log.entries.filter(({ level }) => level === 'warn').length, 5)
  })

  test('a relay that stops while the bus fails leaves its events for the next', async () => {
    const { bus, world, log, close } = await open()
    const [teller, hearer] = [await notingStore(world), await notingStore(world)]
    await bus.hear('cart', types, hearer.hear)
    let failed = false
    const first = startRelay({ name: 'order', outbox: teller.db.outbox, bus: { publish: async () => { failed = true; throw new Error('away') } }, world, log })
    await tell(teller.db)
    await eventually(world, () => failed)
    await first.stop()
    const next = startRelay({ name: 'order', outbox: teller.db.outbox, bus, world, log })
    await eventually(world, async () => (await hearer.notes()).length === 1)
    await next.stop()
    await close()
  })
}

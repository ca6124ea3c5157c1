import assert from 'node:assert/strict'
import { attempts, counted, eventually, heard, notingStore, type OpenBus, settled, type Test } from '../../../test/bus.ts'
import type { Heard } from '../../contract/event.ts'
import { stillWorld } from '../../../test/still-world.ts'

const types = [counted.type]

export default (open: () => Promise<OpenBus>, test: Test): void => {
  test('an event arrives as it was told, and has one effect', async () => {
    const { bus, world, close } = await open()
    const store = await notingStore(world)
    const arrived: Heard[] = []
    await bus.hear('cart', types, (event) => { arrived.push(event); return store.hear(event) })
    const event = heard(world)
    await bus.publish([event])
    await eventually(world, async () => (await store.notes()).length > 0)
    for (const one of arrived) assert.deepEqual(one, event)
    await close()
    assert.deepEqual(await store.notes(), [event.id])
  })

  test('an event that is published again and again has one effect', async () => {
    const { bus, world, close } = await open()
    const store = await notingStore(world)
    let delivered = 0
    await bus.hear('cart', types, async (event) => { const effect = await store.hear(event); delivered++; return effect })
    const event = heard(world)
    await bus.publish([event, event])
    await eventually(world, () => delivered > 0)
    await settled()
    const before = delivered
    await bus.publish([event])
    await eventually(world, () => delivered > before)
    await close()
    assert.deepEqual(await store.notes(), [event.id])
  })

  test('every module that hears a type gets its events, and no other does', async () => {
    const { bus, world, close } = await open()
    const got: string[] = []
    const store = await notingStore(world)
    const other = await notingStore(world)
    await bus.hear('cart', types, (event) => { got.push('cart'); return store.hear(event) })
    await bus.hear('order', types, (event) => { got.push('order'); return other.hear(event) })
    await bus.hear('product', ['stock.moved.v1'], (event) => { got.push('product'); return store.hear(event) })
    await bus.publish([heard(world)])
    await eventually(world, async () => (await store.notes()).length === 1 && (await other.notes()).length === 1)
    await close()
    assert.deepEqual(new Set(got), new Set(['cart', 'order']))
  })

  test('a handler can change nothing for the next one', async () => {
    const { bus, world, close } = await open()
    const seen: unknown[] = []
    const [store, other] = [await notingStore(world), await notingStore(world)]
    const spoil = (event: Heard) => {
      seen.push(structuredClone(event.data))
      try { Object.assign(Object(event.data), { sku: 'spoilt' }) } catch (error) { assert.ok(error instanceof TypeError) }
    }
    await bus.hear('cart', types, (event) => { spoil(event); return store.hear(event) })
    await bus.hear('order', types, (event) => { spoil(event); return other.hear(event) })
    await bus.publish([heard(world, 'A')])
    await eventually(world, async () => (await store.notes()).length === 1 && (await other.notes()).length === 1)
    await close()
    for (const data of seen) assert.deepEqual(data, { sku: 'A', version: 1 })
  })

  test('a handler that fails is asked again after a growing delay, and then has its effect', async () => {
    const { bus, world, close } = await open()
    const store = await notingStore(world)
    const at: number[] = []
    await bus.hear('cart', types, async (event) => {
      at.push(world.now())
      if (at.length < attempts) throw new Error('not yet')
      return store.hear(event)
    })
    await bus.publish([heard(world)])
    await eventually(world, async () => (await store.notes()).length === 1)
    const waits = at.slice(1, attempts).map((time, index) => time - (at[index] ?? 0))
    assert.ok(waits.every((ms, index) => ms >= 500 * 2 ** index && ms <= 1000 * 2 ** index), `waits of ${waits.join(', ')} ms`)
    assert.deepEqual(await bus.deadLetters.list(), [])
    await close()
  })

  test('a poison event goes to the dead letters while others flow', async () => {
    const { bus, world, log, close } = await open()
    const store = await notingStore(world)
    let refused = 0
    await bus.hear('cart', types, async (event) => {
      if (JSON.stringify(event.data).includes('poison')) { refused++; throw new RangeError('it burns') }
      return store.hear(event)
    })
    const [poison, ...good] = [heard(world, 'poison'), heard(world), heard(world), heard(world)]
    await bus.publish([poison!, ...good])
    await eventually(world, async () => (await store.notes()).length === good.length)
    assert.deepEqual(await bus.deadLetters.list(), [], 'it has attempts left')
    await eventually(world, async () => (await bus.deadLetters.list()).length === 1)
    assert.equal(refused, attempts)
    const [letter] = await bus.deadLetters.list()
    assert.deepEqual({ module: letter?.module, event: letter?.event, attempts: letter?.attempts, error: letter?.error },
      { module: 'cart', event: poison, attempts, error: 'RangeError: it burns' })
    assert.ok(letter !== undefined && letter.firstAt < letter.lastAt)
    assert.deepEqual(await bus.deadLetters.show(letter.id), letter)
    assert.deepEqual(await bus.deadLetters.count(), [{ module: 'cart', count: 1 }])
    assert.ok(log.entries.some(({ level, message }) => level === 'error' && message.includes('dead letters')))
    world.advance(3_600_000)
    await settled()
    assert.equal(refused, attempts, 'a dead one is not delivered')
    await close()
  })

  test('a dead letter that is published again is not delivered', async () => {
    const { bus, world, close } = await open()
    let refused = 0
    await bus.hear('cart', types, async () => { refused++; throw new Error('no') })
    const poison = heard(world)
    await bus.publish([poison])
    await eventually(world, async () => (await bus.deadLetters.list()).length === 1)
    await bus.publish([poison])
    world.advance(3_600_000)
    await settled()
    assert.equal(refused, attempts)
    await close()
  })

  test('a dead letter that is replayed starts at attempt one, and its effect is stored once', async () => {
    const { bus, world, close } = await open()
    const store = await notingStore(world)
    let broken = true
    let refused = 0
    await bus.hear('cart', types, async (event) => { if (broken) { refused++; throw new Error('broken') } return store.hear(event) })
    const event = heard(world)
    await bus.publish([event])
    const dead = async () => (await bus.deadLetters.list())[0]?.id
    await eventually(world, async () => await dead() !== undefined)
    const id = await dead() ?? ''
    assert.equal(await bus.deadLetters.replay(id), true)
    assert.equal(await bus.deadLetters.replay(id), false, 'it is no dead letter any more')
    await eventually(world, async () => await dead() === id)
    assert.equal(refused, 2 * attempts)
    broken = false
    assert.equal(await bus.deadLetters.replay(id), true)
    await eventually(world, async () => (await store.notes()).length === 1)
    await settled()
    assert.deepEqual(await bus.deadLetters.list(), [])
    await close()
  })

  test('a dead letter that is dropped is gone, and an unknown one is said to be unknown', async () => {
    const { bus, world, close } = await open()
    await bus.hear('cart', types, async () => { throw new Error('broken') })
    await bus.publish([heard(world)])
    await eventually(world, async () => (await bus.deadLetters.list()).length === 1)
    const id = (await bus.deadLetters.list())[0]?.id ?? ''
    assert.equal(await bus.deadLetters.drop(id), true)
    assert.equal(await bus.deadLetters.drop(id), false)
    assert.equal(await bus.deadLetters.replay(id), false)
    for (const unknown of ['', 'cart', 'cart:nope', `order:${id}`]) {
      assert.deepEqual([await bus.deadLetters.show(unknown), await bus.deadLetters.drop(unknown)], [null, false])
    }
    await close()
  })

  test('a hearer that never ends holds up no other, and few of its own at once', async () => {
    const { bus, world } = await open()
    const store = await notingStore(world)
    let stuck = 0
    await bus.hear('order', types, () => { stuck++; return new Promise(() => {}) })
    await bus.hear('cart', types, store.hear)
    await bus.publish(Array.from({ length: 30 }, () => heard(world)))
    await eventually(world, async () => (await store.notes()).length === 30)
    assert.ok(stuck > 1 && stuck < 30, `${stuck} at once`)
    await eventually(world, () => stuck > 30)
  })

  test('what was published before a crash is delivered after it', async () => {
    const { bus, world, again } = await open()
    const store = await notingStore(world)
    let started = 0
    await bus.hear('cart', types, () => { started++; return new Promise(() => {}) })
    const event = heard(world)
    await bus.publish([event])
    await eventually(world, () => started > 0)
    const next = await again(stillWorld())
    await next.hear('cart', types, store.hear)
    await eventually(world, async () => (await store.notes()).length === 1)
    await next.close(1000)
  })

  test('closing lets a handler finish', async () => {
    const { bus, world, close } = await open()
    const store = await notingStore(world)
    let go = () => {}
    let started = 0
    const held = new Promise<void>((resolve) => { go = resolve })
    await bus.hear('cart', types, async (event) => { started++; await held; return store.hear(event) })
    await bus.publish([heard(world)])
    await eventually(world, () => started > 0)
    let closed = false
    const closing = bus.close(1000).then(() => { closed = true })
    await settled()
    assert.equal(closed, false)
    go()
    await closing
    await close()
    assert.equal((await store.notes()).length, 1)
  })
}

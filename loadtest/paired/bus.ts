import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
import { connect } from 'amqplib'
import { rabbitmq } from '../../deploy/local/rabbitmq.ts'
import { answerer, door } from '../../src/bus/door.ts'
import { rabbitBus } from '../../src/bus/rabbitmq/bus.ts'
import { contract } from '../../src/contract/contract.ts'
import { event, type Heard } from '../../src/contract/event.ts'
import { inner } from '../../src/contract/inner.ts'
import { Closed } from '../../src/contract/scalars.ts'
import { effect } from '../../src/databases/effect.ts'
import { systemContext } from '../../src/module/context.ts'
import { realWorld } from '../../src/process/world.ts'

/**
 * The bus over RabbitMQ beside bare amqplib doing the same, in turns over one broker: `node loadtest/paired/bus.ts`, or with
 * `deno run -A`. Prints ms a round trip, calls and confirmed events a second, and ratios.
 */
const rounds = 5
const roundMs = 1500
const batch = 100
const Quote = Closed({ ids: Type.Array(Type.String()) })
const counted = event('bench.counted.v1', Closed({ sku: Type.String(), version: Type.Integer() }))
const bench = contract('bench', { port: 1, operations: {}, hears: {}, events: { counted }, inner: { quote: inner({ takes: Quote, returns: Quote }) } })
const hearer = contract('hearer', { port: 2, operations: {}, inner: {}, events: {}, hears: { counted } })
const input = { ids: ['0190f3a0-0000-7000-8000-000000000001', '0190f3a0-0000-7000-8000-000000000002'] }

interface Side { call(): Promise<unknown>; publish(): Promise<void>; close(): Promise<unknown> }

/** The least that does the same: JSON, a queue, direct reply-to; a topic exchange, a quorum queue, confirms. */
const bare = async (url: string): Promise<Side> => {
  const [out, into] = [await connect(url, { noDelay: true }), await connect(url, { noDelay: true })]
  const [asking, confirming] = [await out.createChannel(), await out.createConfirmChannel()]
  const [serving, hearing] = [await into.createChannel(), await into.createChannel()]
  const waiting = new Map<string, (answer: unknown) => void>()
  await asking.consume('amq.rabbitmq.reply-to', (message) => {
    const id = String(message?.properties.correlationId)
    waiting.get(id)?.(JSON.parse(message?.content.toString() ?? 'null'))
    waiting.delete(id)
  }, { noAck: true })
  await serving.assertQueue('bare.calls', { durable: true, autoDelete: true })
  await serving.prefetch(64)
  await serving.consume('bare.calls', (message) => {
    if (message === null) return
    const { replyTo, correlationId } = message.properties
    asking.publish('', replyTo, Buffer.from(JSON.stringify(JSON.parse(message.content.toString()))), { correlationId })
    serving.ack(message)
  })
  await hearing.assertExchange('bare.events', 'topic', { durable: true })
  await hearing.assertQueue('bare.events', { durable: true, arguments: { 'x-queue-type': 'quorum' } })
  await hearing.bindQueue('bare.events', 'bare.events', counted.type)
  await hearing.prefetch(16)
  await hearing.consume('bare.events', (message) => { if (message !== null) hearing.ack(message) })
  let last = 0
  return {
    close: () => Promise.all([out.close(), into.close()]),
    call: () => new Promise((resolve) => {
      const correlationId = String(++last)
      waiting.set(correlationId, resolve)
      asking.publish('', 'bare.calls', Buffer.from(JSON.stringify(input)), { correlationId, replyTo: 'amq.rabbitmq.reply-to', mandatory: true, expiration: 5000 })
    }),
    publish: () => new Promise((resolve, reject) => {
      let left = batch
      for (let at = 0; at < batch; at++) {
        confirming.publish('bare.events', counted.type, Buffer.from(JSON.stringify({ id: at, data: { sku: 'S', version: at } })), { persistent: true, mandatory: true }, (error) => {
          if (error !== null) reject(error)
          else if (--left === 0) resolve()
        })
      }
    }),
  }
}

const ours = async (url: string): Promise<Side> => {
  const world = realWorld()
  const log = { debug() {}, info() {}, warn: console.error, error: console.error }
  const bus = await rabbitBus({ url, contracts: [bench, hearer], world, log, attempts: 3, localCalls: false })
  await bus.ready()
  await bus.answer('bench', answerer(bench, { quote: async (asked: unknown) => asked }, { checked: false, log }))
  await bus.hear('hearer', [counted.type], async () => effect('stored'))
  const doors = door(bench, bus, { checked: false, log })
  const events = (): Heard[] => Array.from({ length: batch }, (_, at) =>
    ({ id: world.id(), time: new Date(world.now()).toISOString(), trace: 'b'.repeat(32), ...counted({ sku: 'S', version: at }) }))
  return { close: () => bus.close(1000), call: () => doors.quote(input, systemContext(world, 5000)), publish: () => bus.publish(events()) }
}

const perSecond = async (atOnce: number, act: () => Promise<unknown>): Promise<number> => {
  const begun = performance.now()
  let done = 0
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (performance.now() - begun < roundMs) {
      await act()
      done++
    }
  }))
  return done / ((performance.now() - begun) / 1000)
}
const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

const folder = mkdtempSync(join(tmpdir(), 'mercado-bench-'))
const url = await rabbitmq.up(folder)
try {
  const sides = { ours: await ours(url), bare: await bare(url) }
  const asked: readonly [string, (side: Side) => Promise<number>][] = [
    ['calls a second, 1 caller', (side) => perSecond(1, side.call)],
    ['calls a second, 32 callers', (side) => perSecond(32, side.call)],
    ['events confirmed a second', async (side) => batch * await perSecond(4, side.publish)],
  ]
  for (const [what, ask] of asked) {
    const found = { ours: [0], bare: [0] }
    found.ours.length = found.bare.length = 0
    for (let round = 0; round <= rounds; round++) {
      for (const side of ['ours', 'bare'] as const) {
        const rate = await ask(sides[side])
        if (round > 0) found[side].push(rate)
      }
    }
    const [own, reference] = [middle(found.ours), middle(found.bare)]
    console.log(`${what}: ${own.toFixed(0)} (bare ${reference.toFixed(0)}, ratio ${(own / reference).toFixed(2)})${what.includes('1 caller') ? `, ${(1000 / own).toFixed(3)} ms each` : ''}`)
  }
  await Promise.all([sides.ours.close(), sides.bare.close()])
} finally {
  await rabbitmq.down(folder)
  rmSync(folder, { recursive: true, force: true })
}

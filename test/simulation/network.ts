import type { Bus } from '../../src/bus/bus.ts'
import { type Handle } from '../../src/bus/door.ts'
import { copyFault } from '../../src/bus/wire.ts'
import type { EventType, Heard } from '../../src/contract/event.ts'
import { FaultError } from '../../src/contract/fault.ts'
import { unavailable } from '../../src/contract/faults.ts'
import type { Effect } from '../../src/databases/sql.ts'
import { type Context, makeContext } from '../../src/module/context.ts'
import type { Machine } from './machine.ts'
import type { Simulated } from './simulated.ts'

interface Receiver { machine: Machine; handle: Handle }
interface Hearer { module: string; machine: Machine; handle: (event: Heard) => Promise<Effect> }
export interface Delivery { module: string; event: Heard }

type Outcome = { answer: string } | { fault: unknown }
interface Sent { module: string; operation: string; request: string; context: Context; endsAt: number; back(outcome: Outcome): void }

/** How calls and events travel between processes: late, twice, in another order, or not at all. */
export interface Network {
  bus(machine: Machine): Bus
  /** Queues events durably, as a confirmed publish does. */
  emit(events: readonly Heard[]): void
  /** Events that a hearer has not dealt with yet. */
  pending(): readonly Delivery[]
}

const lateMs = 90_000
const eventRetryMs = 5000

export const createNetwork = (sim: Simulated): Network => {
  const { time, story } = sim
  const own = sim.random.fork('network')
  const receivers = new Map<string, Receiver[]>()
  const hearers: Hearer[] = []
  /** Queues outlive who hears them. */
  const bound = new Map<EventType, Set<string>>()
  const queue = new Map<string, Delivery>()
  const living = <T extends { machine: Machine }>(all: readonly T[]): T[] => all.filter(({ machine }) => !machine.isDead())
  const said = (error: unknown) => (error instanceof FaultError ? error.code : String(error))

  /** One delivery of a call to one instance. */
  const deliver = ({ module, operation, request, context, endsAt, back }: Sent): void => {
    const there = living(receivers.get(module) ?? [])
    if (there.length === 0) return back({ fault: unavailable(`Nobody answers for ${module}`) })
    const { machine, handle } = own.pick(there)
    const { caller, trace, key, client } = context
    machine.pass('request', `of ${module}.${operation}`, () => {
      const here = makeContext({ caller, trace, leftMs: Math.max(0, endsAt - time.now()), key, client, world: machine.world })
      handle(operation, JSON.parse(request), here).then(
        (answer): Outcome => ({ answer: JSON.stringify(answer) }),
        (fault: unknown): Outcome => ({ fault: fault instanceof FaultError ? copyFault(fault) : fault }),
      ).then((outcome) => machine.pass('answer', `from ${module}.${operation}`, () => {
        const answer = 'answer' in outcome ? outcome.answer : said(outcome.fault)
        story.tell(`${machine.name} ${module}.${operation} ${request} → ${answer.length > 200 ? `${answer.slice(0, 200)}…` : answer}`)
        back(outcome)
      }))
    })
  }

  type Call = (from: Machine, ...asked: Parameters<Bus['call']>) => Promise<unknown>
  const call: Call = (from, module, operation, input, context) => new Promise((resolve, reject) => {
    const request = JSON.stringify(input)
    const endsAt = time.now() + context.leftMs()
    from.pass('call', `${module}.${operation}`, () => {
      const { lost, answerLost, doubled, late } = sim.weather().messages
      let answered = false
      const back = (outcome: Outcome) => {
        if (answered || own.chance(answerLost)) return
        answered = true
        time.after(sim.latencyMs(own), () => from.pass('answer', `of ${module}.${operation}`, () => {
          if ('answer' in outcome) resolve(JSON.parse(outcome.answer))
          else reject(outcome.fault)
        }))
      }
      const send = (ms: number) => time.after(ms, () => deliver({ module, operation, request, context, endsAt, back }))
      if (own.chance(doubled)) send(own.chance(0.5) ? sim.latencyMs(own) : own.int(1, lateMs))
      if (own.chance(lost)) return
      send(own.chance(late) ? own.int(1, lateMs) : sim.latencyMs(own))
    })
  })

  /** Delivers an event until its effect is stored, and sometimes once more. */
  const tell = (delivery: Delivery): void => {
    const { module, event } = delivery
    const name = `${module} ${event.id}`
    const there = living(hearers).filter((one) => one.module === module)
    const again = (ms: number) => { time.after(ms, () => { if (queue.has(name)) tell(delivery) }) }
    if (there.length === 0) return again(eventRetryMs)
    const { machine, handle } = own.pick(there)
    const { lost, doubled, late } = sim.weather().messages
    const send = (ms: number) => time.after(ms, () => machine.pass('request', event.type, () => {
      handle(JSON.parse(JSON.stringify(event))).then(
        () => machine.pass('answer', event.type, () => { queue.delete(name) }),
        (error: unknown) => { story.tell(`${machine.name} does not handle ${event.type}: ${said(error)}`) },
      )
    }))
    if (own.chance(doubled)) send(own.int(1, lateMs))
    if (!own.chance(lost)) send(own.chance(late) ? own.int(1, lateMs) : sim.latencyMs(own))
    again(eventRetryMs + own.int(0, 30_000))
  }

  const emit = (events: readonly Heard[]): void => {
    for (const event of events) {
      for (const module of bound.get(event.type) ?? []) {
        const delivery = { module, event: structuredClone(event) }
        queue.set(`${module} ${event.id}`, delivery)
        tell(delivery)
      }
    }
  }

  return {
    emit,
    pending: () => [...queue.values()],
    bus: (machine) => ({
      call: (module, operation, input, context) => call(machine, module, operation, input, context),
      async answer(module, handle) {
        const receiver = { machine, handle }
        receivers.set(module, [...living(receivers.get(module) ?? []), receiver])
      },
      publish: (events) => new Promise((resolve, reject) => machine.pass('call', 'publish', () => {
        const { lost, answerLost } = sim.weather().messages
        const away = own.chance(lost)
        if (!away) emit(events)
        const unconfirmed = away || own.chance(answerLost)
        time.after(sim.latencyMs(own), () => machine.pass('answer', 'publish', () => {
          if (unconfirmed) reject(unavailable('The broker did not confirm'))
          else resolve()
        }))
      })),
      async hear(module, types, handle) {
        hearers.push({ module, machine, handle })
        for (const type of types) bound.set(type, new Set([...bound.get(type) ?? [], module]))
      },
      deadLetters: { list: async () => [], count: async () => [], show: async () => null, replay: async () => false, drop: async () => false },
      async close() {
        for (const [module, all] of receivers) receivers.set(module, all.filter((one) => one.machine !== machine))
        const at = hearers.findIndex((one) => one.machine === machine)
        if (at >= 0) hearers.splice(at, 1)
      },
    }),
  }
}

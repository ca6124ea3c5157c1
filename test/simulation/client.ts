import { createHash } from 'node:crypto'
import type { AnswerEntry, JournalEntry } from '../../commands/audit/journal.ts'
import { fits, misfit } from '../../src/bus/checks.ts'
import { FaultError } from '../../src/contract/fault.ts'
import { deadlineExceeded } from '../../src/contract/faults.ts'
import * as standard from '../../src/contract/faults.ts'
import type { Operation } from '../../src/contract/operation.ts'
import { alarmsOf } from '../../src/module/alarms.ts'
import { type Caller, makeContext } from '../../src/module/context.ts'
import { Reply } from '../../src/module/reply.ts'
import type { Instances, Running } from './instances.ts'
import type { Simulated } from './simulated.ts'

export interface Asked {
  module: string
  operation: string
  input: object
  caller: Caller
  /** Who asks, in the journal's words. */
  who: string
  key?: string
}
/** What a client got. A status of 0: nothing, whatever came of it. */
export interface Answered { status: number; code: string | null; body: any; session: string | null; orderId: string | null; replayed: boolean }

/** The shop as its clients see it: any instance of it, over lines that break. */
export interface Client {
  ask(asked: Asked): Promise<Answered>
  readonly journal: JournalEntry[]
}

/** How far an order is; what has ended stays as it ended. */
const far: Readonly<Record<string, number>> = {
  pending: 0, paid: 1, preparing: 2, shipped: 3, delivered: 4, refunded: 5, cancelled: 5, payment_failed: 5,
}
const goesBack = (from: string, to: string): boolean => (far[to] ?? 0) < (far[from] ?? 0) || (far[from] === 5 && from !== to)

const isReplay = (headers: Readonly<Record<string, string>> | undefined): boolean => headers?.['idempotency-replayed'] === 'true'
const nothing: Answered = { status: 0, code: null, body: null, session: null, orderId: null, replayed: false }
const standardCodes: ReadonlySet<string> = new Set(Object.values(standard).map(({ code }) => code))
const defaultDeadlineMs = 15_000
/** What an answer may take on its way. */
const lineMs = 3000

export const createClient = (sim: Simulated, instances: Instances): Client => {
  const { time, story } = sim
  const own = sim.random.fork('client')
  const journal: JournalEntry[] = []
  /** The last status that somebody was told, by order. */
  const seen = new Map<string, string>()

  /** What HTTP makes of a handler's end. */
  const ended = (shape: Operation, name: string, answer: unknown): Answered => {
    const { body, options } = answer instanceof Reply ? answer : { body: answer, options: {} }
    const parsed: unknown = typeof body === 'string' && /^[{[]/.test(body) ? JSON.parse(body) : body
    if (shape.status !== 204 && typeof parsed === 'object' && !fits(shape.returns, parsed)) {
      story.problem(`Answer of ${name} ${misfit(shape.returns, parsed)}`)
    }
    const isOrder = typeof parsed === 'object' && parsed !== null && 'status' in parsed && 'number' in parsed && 'id' in parsed
    return {
      status: options.status ?? shape.status ?? 200, code: null, body: parsed, session: options.session?.id ?? null,
      orderId: isOrder ? String(parsed.id) : null, replayed: isReplay(options.headers),
    }
  }
  const failed = (shape: Operation, name: string, error: unknown): Answered => {
    const isDeclared = (code: string) => standardCodes.has(code) || (shape.faults ?? []).some((one) => one.code === code)
    if (error instanceof FaultError && error.code !== 'internal_error' && isDeclared(error.code)) {
      const { status, code, about: { members, headers } } = error
      const orderId = members?.['orderId']
      return {
        ...nothing, status, code, body: { code, ...members },
        orderId: typeof orderId === 'string' ? orderId : null, replayed: isReplay(headers),
      }
    }
    story.problem(`${name} failed: ${error instanceof Error ? error.stack ?? error.message : String(error)}`)
    return { ...nothing, status: 500, code: 'internal_error' }
  }

  const handled = ({ machine, standing }: Running, asking: Asked, shape: Operation): Promise<Answered> => new Promise((resolve) => {
    const { module, operation, input, caller, key } = asking
    const name = `${module}.${operation}`
    const { world } = machine
    const alarms = alarmsOf(world)
    const leftMs = shape.deadlineMs ?? defaultDeadlineMs
    const late = alarms.set(world.now() + leftMs, () => resolve(failed(shape, name, deadlineExceeded())))
    const handler: unknown = Reflect.get(standing.built.operations, operation)
    if (typeof handler !== 'function') throw new TypeError(`There is no ${name}`)
    const context = makeContext({ caller, trace: Buffer.from(world.random(16)).toString('hex'), leftMs, key, world })
    const asked: Promise<unknown> = handler.call(standing.built.operations, input, context)
    asked.then(
      (answer) => resolve(ended(shape, name, answer)),
      (error: unknown) => resolve(failed(shape, name, error)),
    ).finally(() => alarms.cancel(late))
  })

  const over = (asked: Asked, patienceMs: number): Promise<Answered> => new Promise((resolve) => {
    const { module, operation } = asked
    time.after(patienceMs, () => resolve(nothing))
    const there = instances.of(module)
    if (there.length === 0) return void time.after(own.int(1, 200), () => resolve(nothing))
    const one = own.pick(there)
    const shape = one.standing.module.contract.operations[operation]
    if (shape === undefined) throw new TypeError(`There is no ${module}.${operation}`)
    if (!fits(shape.takes, asked.input)) throw new TypeError(`${module}.${operation} ${misfit(shape.takes, asked.input)}`)
    const { lost, answerLost } = sim.weather().messages
    if (own.chance(lost / 2)) return
    time.after(sim.latencyMs(own), () => {
      const forget = one.machine.onDeath(() => { time.after(own.int(1, 200), () => resolve(nothing)) })
      one.machine.pass('request', `${module}.${operation}`, () => {
        void handled(one, asked, shape).then((answer) => one.machine.pass('answer', `to a client of ${module}.${operation}`, () => {
          forget()
          if (!own.chance(answerLost / 2)) time.after(sim.latencyMs(own), () => resolve(answer))
        }))
      })
    })
  })

  return {
    journal,
    async ask(asked) {
      const { module, operation, who, key } = asked
      const at = time.now()
      const deadlineMs = defaultDeadlineMs + lineMs
      // Some give up early, and what they asked for goes on without them.
      const patienceMs = sim.weather().messages.lost > 0 && own.chance(0.05) ? own.int(1, 3000) : deadlineMs
      story.tell(`${who} asks ${module}.${operation} ${JSON.stringify(asked.input)} ${key ?? ''}`)
      const before = new Map(seen)
      const answer = await over(asked, patienceMs)
      const { status, code, body, orderId } = answer
      story.tell(`${who} got ${status} ${code ?? body?.status ?? ''} of ${operation} ${orderId ?? ''} ${key ?? ''}`)
      if (orderId !== null && typeof body?.status === 'string' && !answer.replayed) {
        // Whoever asks after another was answered sees what that one saw, or what came of it.
        const earlier = before.get(orderId)
        if (earlier !== undefined && goesBack(earlier, body.status)) {
          story.problem(`order ${orderId} was ${earlier}, and ${operation} then says ${body.status}`)
        }
        if (!goesBack(seen.get(orderId) ?? 'pending', body.status)) seen.set(orderId, body.status)
      }
      journal.push(entryOf(asked, answer, { at, ms: time.now() - at, deadlineMs }))
      return answer
    },
  }
}

type Took = Pick<AnswerEntry, 'at' | 'ms' | 'deadlineMs'>
const entryOf = ({ operation, who, key, module }: Asked, { status, code, body, orderId }: Answered, took: Took): AnswerEntry => {
  const isOrder = orderId !== null && body?.items !== undefined
  const isRefund = operation === 'refund' && status === 201
  return {
    kind: 'answer', operation: module === 'order' ? operation : `${module}.${operation}`, ...took,
    status, code, caller: who, key: key ?? null,
    orderId: isRefund ? body.orderId : orderId, orderStatus: isOrder ? body.status : null, total: isOrder ? body.total.amount : null,
    lines: isOrder ? body.items.map(({ variantId, quantity }: { variantId: string; quantity: number }) => ({ variantId, quantity })) : [],
    refundId: isRefund ? body.id : null,
    digest: status === 201 ? createHash('sha256').update(JSON.stringify(body)).digest('hex') : null,
    providerFails: code === 'payment_unavailable',
  }
}

import type { DeadLetter } from '../bus/bus.ts'
import { type RabbitBus, rabbitBus } from '../bus/rabbitmq/bus.ts'
import { bury } from '../bus/rabbitmq/burying.ts'
import { queueDepths } from '../bus/rabbitmq/depths.ts'
import type { Contract } from '../contract/contract.ts'
import type { Row } from '../databases/sql.ts'
import type { Module } from '../module/module.ts'
import { createLog } from '../observe/log.ts'
import { brokerOf } from './servers.ts'
import type { Environment } from './settings.ts'
import { realWorld } from './world.ts'

const reachMs = 10_000
const closeMs = 2000

const contractsOf = (modules: readonly Module[]): Contract[] => modules.map(({ contract }) => contract)

/** Runs a command's work over the broker that the settings name; null where they name none. */
export const onBroker = async <T>(modules: readonly Module[], env: Environment, work: (bus: RabbitBus) => Promise<T>): Promise<{ answer: T } | null> => {
  const { url } = brokerOf(modules, env)
  if (url === undefined) return null
  const world = realWorld()
  const log = createLog({ level: 'off', readable: true, now: world.now, write: () => {} })
  const bus = await rabbitBus({ url, contracts: contractsOf(modules), world, log, attempts: 1, name: 'mercado command' })
  const reached = new AbortController()
  try {
    await Promise.race([bus.ready(), world.sleep(reachMs, reached.signal).then(() => bus.alive())])
    return { answer: await work(bus) }
  } finally {
    reached.abort()
    await bus.close(closeMs)
  }
}

/** Takes over another bus's dead letters, but for those that it has. */
export const takeOver = async (modules: readonly Module[], env: Environment, letters: readonly DeadLetter[]): Promise<void> => {
  const { url } = brokerOf(modules, env)
  if (url === undefined || letters.length === 0) return
  const there = await onBroker(modules, env, ({ deadLetters }) => deadLetters.list())
  const known = new Set((there?.answer ?? []).map(({ id }) => id))
  await bury({ url }, letters.filter(({ id }) => !known.has(id)))
}

/** What is on its way over the broker, as the rows that one process's queues would have; an event that waits is known by its place alone. */
export async function* brokerRows(modules: readonly Module[], env: Environment): AsyncGenerator<Row> {
  const { url } = brokerOf(modules, env)
  if (url === undefined) return
  const delivery = (module: string, event: string, dead: number): Row => ({ table: 'delivery', row: { module, event_id: event, dead } })
  for (const { queue, count } of await queueDepths({ url, contracts: contractsOf(modules) })) {
    for (let number = 1; number <= count; number++) yield delivery(queue, `${number} of ${count}`, 0)
  }
  const found = await onBroker(modules, env, async ({ deadLetters }) => ((await deadLetters.count()).length === 0 ? [] : deadLetters.list()))
  for (const { module, event } of found?.answer ?? []) yield delivery(module, event.id, 1)
}

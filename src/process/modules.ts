import type { Static, TObject } from '@sinclair/typebox'
import type { Bus } from '../bus/bus.ts'
import { fits, misfit } from '../bus/checks.ts'
import { type Checking, answerer, door } from '../bus/door.ts'
import type { Contract } from '../contract/contract.ts'
import type { EventType, Heard } from '../contract/event.ts'
import type { Effect } from '../databases/sql.ts'
import type { Built, Door, Module } from '../module/module.ts'
import type { Container } from './container.ts'
import type { PlacedStore } from './servers.ts'
import { type StandingStore, openStore } from './stores.ts'
import { tokens } from './tokens.ts'

/** A module as it stands in a process: its definition, its stores, what it built. */
export interface Standing {
  module: Module
  built: Built<Contract>
  /** The module's own first, then those beside it. */
  stores: readonly StandingStore[]
}

export interface Surroundings { settings: Static<TObject>; checking: Checking; publicUrl: () => string; placed: readonly PlacedStore[] }

/** Opens a module's stores, hands it all it is given, and lets it answer on the bus. */
export const standUp = async (module: Module, container: Container, { settings, checking, publicUrl, placed }: Surroundings): Promise<Standing> => {
  const { contract, uses, beside = {}, measures = {} } = module
  const world = container.get(tokens.world)
  const bus = await container.get(tokens.bus)
  const stores: StandingStore[] = []
  for (const { name, stores: about, server } of placed) stores.push(await openStore(container, name, about, server))
  const doors: Record<string, Door<Contract>> = Object.fromEntries(Object.values(uses).map((used) => [used.name, door(used, bus, checking)]))
  const log = container.get(tokens.log)
  const built: Built<Contract> = module.build({
    store: stores[0]?.store,
    beside: Object.fromEntries(Object.keys(beside).map((name, at) => [name, stores[at + 1]?.store])),
    doors, settings, world, publicUrl,
    log: inModule(log, contract.name),
    measure: container.get(tokens.metrics).measure(contract.name, measures),
    secrets: container.get(tokens.secrets),
  })
  await bus.answer(contract.name, answerer(contract, built.operations, checking))
  await hearAll(contract, built, bus)
  return { module, built, stores }
}

const inModule = (log: Checking['log'], module: string): Checking['log'] => ({
  debug: (message, about) => log.debug(message, { module, ...about }),
  info: (message, about) => log.info(message, { module, ...about }),
  warn: (message, about) => log.warn(message, { module, ...about }),
  error: (message, about) => log.error(message, { module, ...about }),
})

type Ear = (event: Heard) => Promise<Effect>
const isEar = (value: unknown): value is Ear => typeof value === 'function'

const hearAll = async (contract: Contract, built: Built<Contract>, bus: Bus): Promise<void> => {
  const ears = new Map<EventType, Ear>()
  for (const [name, { type, data }] of Object.entries(contract.hears)) {
    const ear: unknown = Reflect.get(built.hears, name)
    if (!isEar(ear)) throw new TypeError(`${contract.name} hears ${type} without a handler named ${name}`)
    ears.set(type, (event) => {
      if (!fits(data, event.data)) throw new TypeError(`Data of ${type} ${misfit(data, event.data)}`)
      return ear(event)
    })
  }
  if (ears.size === 0) return
  await bus.hear(contract.name, [...ears.keys()], (event) => {
    const ear = ears.get(event.type)
    if (ear === undefined) throw new TypeError(`${contract.name} has no handler for ${event.type}`)
    return ear(event)
  })
}

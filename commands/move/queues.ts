import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { Bus, DeadLetter } from '../../src/bus/bus.ts'
import { eventFromJson } from '../../src/bus/wire.ts'
import type { Heard } from '../../src/contract/event.ts'
import { openReadOnly } from '../../src/databases/sqlite/dump.ts'

const Whole = Type.Union([Type.Integer(), Type.Null()])
const Delivery = Type.Object({
  module: Type.String(), event_id: Type.String(), event: Type.String(), dead: Type.Integer(),
  attempts: Type.Integer(), first_at: Whole, last_at: Whole, error: Type.Union([Type.String(), Type.Null()]),
})

const letterOf = ({ module, event_id, event, attempts, first_at, last_at, error }: Static<typeof Delivery>): DeadLetter => ({
  id: `${module}:${event_id}`, module, event: eventFromJson(event), attempts, error: error ?? '',
  firstAt: new Date(first_at ?? 0).toISOString(), lastAt: new Date(last_at ?? 0).toISOString(),
})

/** What one process's queues of events hold: those to be delivered, each once, and dead letters. */
export interface Queued { waiting: readonly Heard[]; dead: readonly DeadLetter[] }

export const queuedIn = async (folder: string): Promise<Queued> => {
  const path = join(folder, 'bus.db')
  const waiting = new Map<string, Heard>()
  const dead: DeadLetter[] = []
  if (!existsSync(path)) return { waiting: [], dead }
  for await (const { table, row } of openReadOnly(path).dump()) {
    if (table !== 'delivery') continue
    if (!Value.Check(Delivery, row)) throw new TypeError(`A delivery in ${path} is not as npm run move knows it`)
    if (row.dead === 1) dead.push(letterOf(row))
    else waiting.set(row.event_id, eventFromJson(row.event))
  }
  return { waiting: [...waiting.values()], dead }
}

const atOnce = 100

/**
 * Publishes them to a broker, each once, for all who hear it: who has dealt with one already knows it by its inbox, which
 * was moved before. Answers when the broker holds them durably; done twice it changes nothing more.
 */
export const publishQueued = async (bus: Pick<Bus, 'publish'>, waiting: readonly Heard[]): Promise<void> => {
  for (let from = 0; from < waiting.length; from += atOnce) await bus.publish(waiting.slice(from, from + atOnce))
}

import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openReadOnly } from '../../src/databases/sqlite/dump.ts'
import { storesIn } from '../../src/process/backup.ts'
import { auditAtRest } from './at-rest.ts'
import type { Check } from './check.ts'
import { type Facts, createFacts, fold } from './facts.ts'
import type { Journal } from './journal.ts'

/** Gathers the facts of a data folder, from outside, store by store: a shop may be running on it. */
export const factsIn = async (folder: string): Promise<Facts> => {
  const stores = storesIn(folder)
  if (stores.length === 0) throw new Error(`${folder} holds no shop's data; name its folder with --data or MERCADO_DATA`)
  const facts = createFacts()
  for (const path of stores) {
    for await (const row of openReadOnly(path).dump()) fold(facts, basename(path, '.db'), row)
  }
  return facts
}

export interface AuditOptions {
  journal?: Journal
  /** How long a shop that is still at work is given to come to rest. Default 0: it is read once, as it stands. */
  waitMs?: number
}

const firstPauseMs = 50
const mostPauseMs = 1000

/** Audits a data folder; with `waitMs` again and again until nothing moves any more. */
export const auditFolder = (folder: string, { journal = [], waitMs = 0 }: AuditOptions = {}): Promise<Check[]> => {
  const end = Date.now() + waitMs
  let pauseMs = firstPauseMs
  return auditAtRest({
    read: () => factsIn(folder), now: Date.now, journal,
    async goOn() {
      const leftMs = end - Date.now()
      if (leftMs <= 0) return false
      await sleep(Math.min(pauseMs, leftMs))
      pauseMs = Math.min(mostPauseMs, pauseMs * 1.5)
      return true
    },
  })
}

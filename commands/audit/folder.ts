import { setTimeout as sleep } from 'node:timers/promises'
import { everyModule } from '../../modules/modules.ts'
import { environment } from '../../src/process/environment.ts'
import { readableStores } from '../../src/process/readable-stores.ts'
import type { Environment } from '../../src/process/settings.ts'
import { noShopIn } from '../../src/process/shop-folder.ts'
import { auditAtRest } from './at-rest.ts'
import type { Check } from './check.ts'
import { type Facts, createFacts, fold } from './facts.ts'
import type { Journal } from './journal.ts'

/** Gathers the facts of a shop, by its data folder and settings, from outside, store by store: a shop may be running on it. */
export const factsIn = async (folder: string, env: Environment = environment()): Promise<Facts> => {
  const stores = readableStores(everyModule, env, folder)
  if (stores.length === 0) throw new Error(noShopIn(folder))
  const facts = createFacts()
  for (const { name, dump } of stores) {
    for await (const row of dump()) fold(facts, name, row)
  }
  return facts
}

export interface AuditOptions {
  journal?: Journal
  /** How long a shop that is still at work is given to come to rest. Default 0: it is read once, as it stands. */
  waitMs?: number
  /** Where stores are on servers. Default: this process's environment. */
  env?: Environment
}

const firstPauseMs = 50
const mostPauseMs = 1000

/** Audits a data folder; with `waitMs` again and again until nothing moves any more. */
export const auditFolder = (folder: string, { journal = [], waitMs = 0, env }: AuditOptions = {}): Promise<Check[]> => {
  const end = Date.now() + waitMs
  let pauseMs = firstPauseMs
  return auditAtRest({
    read: () => factsIn(folder, env), now: Date.now, journal,
    async goOn() {
      const leftMs = end - Date.now()
      if (leftMs <= 0) return false
      await sleep(Math.min(pauseMs, leftMs))
      pauseMs = Math.min(mostPauseMs, pauseMs * 1.5)
      return true
    },
  })
}

import { setTimeout as sleep } from 'node:timers/promises'
import { basename } from 'node:path'
import { openReadOnly } from '../../src/databases/sqlite/dump.ts'
import { storesIn } from '../../src/process/backup.ts'
import { judge } from './audit.ts'
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
  /** How long a shop that is still at work is given to come to rest. Default 0. */
  waitMs?: number
}

/** What still moves is found by these: unsettled orders, and events on their way. */
const moving = new Set([3, 10])
const firstPauseMs = 50
const mostPauseMs = 1000

/** Audits a data folder; with `waitMs` again and again until nothing moves any more. */
export const auditFolder = async (folder: string, { journal = [], waitMs = 0 }: AuditOptions = {}): Promise<Check[]> => {
  const end = Date.now() + waitMs
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(mostPauseMs, pauseMs * 1.5)) {
    const at = Date.now()
    const checks = judge({ facts: await factsIn(folder), journal, at })
    const atRest = checks.every(({ number, findings }) => findings.length === 0 || !moving.has(number))
    // Stores are read one after the other: what stands in two of them is only compared once nothing moves.
    if (atRest || Date.now() >= end) return checks
    await sleep(Math.min(pauseMs, Math.max(0, end - Date.now())))
  }
}

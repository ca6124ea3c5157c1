import { copyFileSync, existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { copyDatabases } from '../databases/sqlite/copy.ts'

export interface Backup { files: number; bytes: number; ms: number }

/**
 * Copies a data folder, stores and secrets, into a new or empty folder, which then is one to start a shop from. The
 * caller sees to it that the stores stand at one moment: at the checkout barrier, or with no shop running.
 */
export const backupTo = async (shop: string, folder: string, now: () => number): Promise<Backup> => {
  const from = now()
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new Error(`${folder} is not empty; a backup takes a folder of its own`)
  const names = readdirSync(shop, { withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => entry.name)
  const copies = await copyDatabases(storesIn(shop), folder)
  for (const name of names.filter(isSecret)) {
    copyFileSync(join(shop, name), join(folder, name))
    copies.push(join(folder, name))
  }
  return { files: copies.length, bytes: copies.reduce((sum, path) => sum + statSync(path).size, 0), ms: Math.round(now() - from) }
}

/**
 * The stores' files in a data folder, the queues of events first: copied in this order, while nothing is published, an
 * event stands in its teller's outbox, in its hearer's queue, or has its effect, and in none of the copies is it missing.
 */
export const storesIn = (shop: string): string[] => {
  const names = existsSync(shop) ? readdirSync(shop).filter((name) => name.endsWith('.db')).sort() : []
  const isQueues = (name: string) => name === 'bus.db'
  return [...names.filter(isQueues), ...names.filter((name) => !isQueues(name))].map((name) => join(shop, name))
}

/** Why a shop with stores on a server is not copied: half a copy would look like a whole one. */
export const notCopied = (served: readonly string[]): string =>
  `${served.join(', ')} are on servers, which are backed up by their own means (docs/operating.md, As services). A copy of the embedded stores alone would not be of one moment with them.`

/** Not a store, its write-ahead log or its lock, nor the log that somebody may keep beside them. */
const isSecret = (name: string): boolean => !/\.db\b|\.(log|sock)$/.test(name)

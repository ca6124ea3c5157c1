import { after, before } from 'node:test'
import { auditFolder } from '../../../commands/audit/folder.ts'
import { printed, violations } from '../../../commands/audit/printed.ts'
import type { JournalEntry } from '../../../commands/audit/journal.ts'
import { everyServer } from '../../../deploy/local/every-server.ts'
import { bin } from '../../shop.ts'
import { type RunningServer, onServers, urlsOf } from '../../servers.ts'
import { type Part, type SplitShop, endSplit, splitShapes, startSplit } from '../../split.ts'
import { hurried } from '../points.ts'

/** A split shop in a test file, with the servers that it stands on. */
export interface Struck {
  shop(): SplitShop
  /** By the setting that names it. */
  server(variable: string): RunningServer
  /** Audits all its stores once it rests; answers what a person reads of it, empty where all is right. */
  audited(journal: readonly JournalEntry[], waitMs?: number): Promise<string>
}

export interface StruckOptions { env?: Record<string, string>; parts?: readonly Part[] }

/** Services on Node with short leases; the order service is one that can be struck at a checkout's step. */
const strikable: readonly Part[] = splitShapes[0]!.parts.map((part) =>
  (part.holds === 'order' ? { ...part, command: [bin('node'), 'test/faults/entrypoint.ts'] } : part))

export const onSplitShop = (name: string, { env = {}, parts = strikable }: StruckOptions, cases: (struck: Struck) => void): void =>
  onServers(name, everyServer, (running) => {
    let shop: SplitShop | undefined
    let urls: Record<string, string> = {}
    before(async () => {
      urls = urlsOf(everyServer, running)
      // Whoever is asked by a shopper is reached through the gateway: pages of the provider too.
      const { PUBLIC_URL: _, ...leases } = hurried
      const short = { ...leases, OUTBOX_LEASE_MS: '1000', UPSTREAM_PROBE_MS: '250', DRAIN_MS: '600' }
      shop = await startSplit({ parts }, { env: { ...short, ...urls, ...env } })
    })
    after(async () => { if (shop !== undefined) await endSplit(shop) })
    const standing = () => {
      if (shop === undefined) throw new Error('the shop has not started')
      return shop
    }
    cases({
      shop: standing,
      server: (variable) => running[everyServer.findIndex((one) => one.variable === variable)]!,
      async audited(journal, waitMs = 30_000) {
        const checks = await auditFolder(standing().folder, { journal: [...journal], waitMs, env: urls })
        return violations(checks) === 0 ? '' : printed(checks)
      },
    })
  })

import { after, before } from 'node:test'
import { auditFolder } from '../../../commands/audit/folder.ts'
import { printed, violations } from '../../../commands/audit/printed.ts'
import type { JournalEntry } from '../../../commands/audit/journal.ts'
import { everyServer } from '../../../deploy/local/every-server.ts'
import { rabbitmqctl } from '../../../deploy/local/rabbitmq.ts'
import { type Cable, cableTo } from '../../cable.ts'
import { bin, until } from '../../shop.ts'
import { type RunningServer, onServers, urlsOf } from '../../servers.ts'
import { type Part, type SplitShop, endSplit, splitShapes, startSplit } from '../../split.ts'
import { hurried } from '../points.ts'

/** A split shop in a test file, with the servers that it stands on. */
export interface Struck {
  shop(): SplitShop
  /** By the setting that names it. */
  server(variable: string): RunningServer
  /** The way of all services to the broker, where `cabled`. */
  cable(): Cable
  /** Kills a server at once. */
  kill(variable: string): Promise<void>
  /** Audits all its stores once it rests; answers what a person reads of it, empty where all is right. */
  audited(journal: readonly JournalEntry[], waitMs?: number): Promise<string>
}

export interface StruckOptions { env?: Record<string, string>; parts?: readonly Part[]; cabled?: boolean }

/** Services on Node with short leases; the order service is one that can be struck at a checkout's step. */
const strikable: readonly Part[] = splitShapes[0]!.parts.map((part) =>
  (part.holds === 'order' ? { ...part, command: [bin('node'), 'test/faults/entrypoint.ts'] } : part))

const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}

export const onSplitShop = (name: string, { env = {}, parts = strikable, cabled = false }: StruckOptions, cases: (struck: Struck) => void): void =>
  onServers(name, everyServer, (running) => {
    let shop: SplitShop | undefined
    let urls: Record<string, string> = {}
    let cable: Cable | undefined
    before(async () => {
      urls = urlsOf(everyServer, running)
      // Whoever is asked by a shopper is reached through the gateway: pages of the provider too.
      const { PUBLIC_URL: _, ...leases } = hurried
      const short = { ...leases, OUTBOX_LEASE_MS: '1000', UPSTREAM_PROBE_MS: '250', DRAIN_MS: '600' }
      if (cabled) cable = await cableTo(urls['RABBITMQ_URL']!)
      shop = await startSplit({ parts }, { env: { ...short, ...urls, ...(cable === undefined ? {} : { RABBITMQ_URL: cable.url }), ...env } })
    })
    after(async () => {
      if (shop !== undefined) await endSplit(shop)
      cable?.close()
    })
    const standing = () => {
      if (shop === undefined) throw new Error('the shop has not started')
      return shop
    }
    const server = (variable: string) => running[everyServer.findIndex((one) => one.variable === variable)]!
    cases({
      shop: standing, server,
      cable() {
        if (cable === undefined) throw new Error('the services reach their broker without a cable')
        return cable
      },
      async kill(variable) {
        // Of a queue that was made half a second ago, 3.10 has not stored whose it is.
        if (variable === 'RABBITMQ_URL') await rabbitmqctl(server(variable).folder(), 'eval', '[dets:sync(Table) || Table <- dets:all()].')
        const pid = server(variable).pid()
        process.kill(pid, variable === 'POSTGRES_URL' ? 'SIGQUIT' : 'SIGKILL')
        await until(async () => isGone(pid), (gone) => gone)
      },
      async audited(journal, waitMs = 30_000) {
        const checks = await auditFolder(standing().folder, { journal: [...journal], waitMs, env: urls })
        return violations(checks) === 0 ? '' : printed(checks)
      },
    })
  })

/** What its services logged that was more than a request, for a person who reads of a failure. */
export const troubles = (shop: SplitShop): string =>
  shop.printed().split('\n').filter((line) => /^── |"level":"(warn|error)"/.test(line) && !/left out|request was refused/.test(line)).map((line) => line.slice(0, 400)).slice(-100).join('\n')

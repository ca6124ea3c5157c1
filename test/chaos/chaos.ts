import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Check } from '../../commands/audit/check.ts'
import { auditFolder } from '../../commands/audit/folder.ts'
import { type JournalEntry, answersIn } from '../../commands/audit/journal.ts'
import { adminToken, newProduct } from '../buying.ts'
import type { Shape } from '../shop.ts'
import { createChance } from './chance.ts'
import { buyUntil } from './crowd.ts'
import { createNotebook } from './notebook.ts'
import { type Victim, startVictim } from './victim.ts'

export interface ChaosOptions {
  shape: Pick<Shape, 'command'>
  forMs: number
  buyers: number
  seed: number
  folder?: string
  /** Between two kills, on average. */
  meanPauseMs?: number
  /** How long a bank is waited for, and how much longer the shop is given to come to rest. */
  pendingMs?: number
  restMs?: number
  progress?: (line: string) => void
}

export interface ChaosOutcome {
  checks: Check[]
  journal: readonly JournalEntry[]
  kills: number
  /** Answers by operation and status; 0 is a connection that broke. */
  answers: ReadonlyMap<string, number>
  folder: string
  /** Of the shop at the end. */
  exitCode: number | null
}

const progressMs = 5_000
const leaseMs = 2_000

const counted = (journal: readonly JournalEntry[]): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const { operation, status, code } of answersIn(journal)) {
    const name = status >= 400 ? `${operation} ${status} ${code ?? ''}`.trim() : `${operation} ${status === 0 ? 'broken' : status}`
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return new Map([...counts].sort(([a], [b]) => a.localeCompare(b)))
}

/** Buyers buy from a real shop process that is killed at random and started again; then the audit counts. */
export const chaos = async ({
  shape, forMs, buyers, seed, folder, meanPauseMs = 2_500, pendingMs = 15_000, restMs = 60_000, progress = () => {},
}: ChaosOptions): Promise<ChaosOutcome> => {
  const chance = createChance(seed)
  const notebook = createNotebook()
  const victim = await startVictim(shape, {
    PUBLIC_URL: 'http://shop.test', LOG_LEVEL: 'info', ORDER_LEASE_MS: String(leaseMs), ORDER_SWEEP_MS: '200', ORDER_PENDING_MS: String(pendingMs),
  }, notebook, folder)
  const token = await adminToken(await victim.reach(), victim.admin)
  const shelf = await stock(victim, token)
  const end = Date.now() + forMs
  const reporting = setInterval(() => {
    const answers = answersIn(notebook.entries).length
    progress(`${Math.max(0, Math.round((end - Date.now()) / 1000))} s to go, ${victim.kills} kills, ${answers} answers`)
  }, progressMs)
  // Access tokens live ten minutes.
  let staff = { token, until: Date.now() + 300_000 }
  const staffToken = async () => {
    if (Date.now() > staff.until) staff = { token: await adminToken(await victim.reach(), victim.admin).catch(() => staff.token), until: Date.now() + 300_000 }
    return staff.token
  }
  try {
    await Promise.all([
      victim.killUntil(end, meanPauseMs, chance),
      restock(victim, shelf.scarce, staffToken, end),
      ...Array.from({ length: buyers }, (_, at) => buyUntil(`buyer ${at + 1}`, {
        reach: victim.reach, notebook, chance, variants: shelf.variants, staff: staffToken, end,
      })),
    ])
  } finally {
    clearInterval(reporting)
  }
  progress('all buyers are gone; waiting for the shop to come to rest')
  const checks = await auditFolder(victim.folder, { journal: notebook.entries, waitMs: pendingMs + restMs })
  const exitCode = await victim.stop()
  return { checks, journal: notebook.entries, kills: victim.kills, answers: counted(notebook.entries), folder: victim.folder, exitCode }
}

interface Shelf { variants: string[]; scarce: { product: string; variant: string } }

/** Plenty of two, one that is never counted, and one that buyers fight for. */
const stock = async (victim: Victim, token: string): Promise<Shelf> => {
  const shop = await victim.reach()
  const made = []
  for (const about of [{ stock: 100_000, amount: 1250 }, { stock: 100_000, amount: 999 }, { stock: null, amount: 300 }, { stock: 20, amount: 4900 }]) {
    made.push(await newProduct(shop, token, about))
  }
  const variants: string[] = made.map((product) => product.variants[0].id)
  const scarce = made.at(-1)
  return { variants, scarce: { product: scarce.id, variant: scarce.variants[0].id } }
}

/** Some more of what is scarce, now and then, each time under a key until it is acknowledged. */
const restock = async (victim: Victim, { product, variant }: Shelf['scarce'], staff: () => Promise<string>, end: number): Promise<void> => {
  while (Date.now() < end) {
    const key = randomUUID()
    for (let done = false; !done && Date.now() < end;) {
      const shop = await victim.reach()
      const answer = await shop.ask('PUT', `/products/${product}/variants/${variant}/stock`, { body: { change: 10 }, token: await staff(), key }).catch(() => null)
      done = answer?.status === 200
      await sleep(200)
    }
    await sleep(800)
  }
}

import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, client } from '../client.ts'
import { type Shape, type Shop, startShop } from '../shop.ts'
import type { Chance } from './chance.ts'
import type { Notebook } from './notebook.ts'

export interface Victim {
  /** The shop as it can be reached now; waits while it is down. */
  reach(): Promise<Client>
  /** `kill -9` again and again, each time started anew on the same folder, until `end`. */
  killUntil(end: number, meanPauseMs: number, chance: Chance): Promise<void>
  readonly kills: number
  readonly folder: string
  readonly admin: Shop['admin']
  /** SIGTERM; answers its exit code. */
  stop(): Promise<number | null>
}

/** A request that takes longer than any deadline is given up, and counts as a broken connection. */
const giveUpMs = 20_000
/** After a start: whose lease the killed one held is not free yet. */
const recoveryMs = 3_000

const patient = (url: string): Client => client(url, (target, init) => fetch(target, { ...init, signal: AbortSignal.timeout(giveUpMs) }))

/** Starts a real shop process that is meant to be killed. Times in which it may fail go into the notebook. */
export const startVictim = async (shape: Pick<Shape, 'command'>, env: Record<string, string>, notebook: Notebook, folder?: string): Promise<Victim> => {
  let shop = await startShop(shape, { env, ...(folder === undefined ? {} : { folder }) })
  let current: Promise<Client> = Promise.resolve(patient(shop.url))
  let kills = 0
  return {
    reach: () => current,
    get kills() { return kills },
    folder: shop.folder, admin: shop.admin,
    async killUntil(end, meanPauseMs, chance) {
      for (;;) {
        // Pauses as of a process without memory, often short, sometimes long, but none so long that nothing happens.
        const pauseMs = Math.min(-Math.log(1 - chance.below(1)) * meanPauseMs, 2 * meanPauseMs, end - Date.now())
        if (pauseMs > 0) await sleep(pauseMs)
        if (Date.now() >= end) return
        const from = Date.now()
        kills += 1
        const started = Promise.withResolvers<Client>()
        current = started.promise
        await shop.kill()
        shop = await shop.again()
        started.resolve(patient(shop.url))
        notebook.window(from, Date.now() + recoveryMs)
      }
    },
    stop: () => shop.stop(),
  }
}

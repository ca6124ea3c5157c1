import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { load } from './connections.ts'
import { type Prepared, copied } from './prepared.ts'
import { type Operation, loggedIn, requestsFor } from './ratios.ts'
import type { Rounds } from './rounds.ts'
import { startShop } from './servers.ts'
import { where } from './where.ts'

const SHOWN = 0.005

/** Where the shop's processor time goes while it is asked one thing; its start is in it too, so it should be asked for long. */
export const profile = async (operation: Operation, made: Prepared, { rounds, ms, connections }: Rounds, note: (text: string) => void): Promise<void> => {
  const folder = copied(made)
  const profiles = join(folder, 'profiles')
  mkdirSync(profiles)
  const shop = await startShop(folder, { flags: ['--cpu-prof', `--cpu-prof-dir=${profiles}`, '--cpu-prof-interval=250'] })
  const { headers } = operation === 'add' ? await loggedIn(shop, made) : { headers: [] }
  const requests = requestsFor(operation, shop, made, headers)
  let answered = 0
  for (let n = 0; n < rounds; n++) {
    await requests.fill?.()
    answered += (await load({ port: shop.port, connections, ms, next: requests.next })).answered
  }
  await shop.stop()
  const [file = ''] = readdirSync(profiles)
  const { parts, functions } = where(join(profiles, file))
  note(`${operation}, ${answered} requests: processor time by part`)
  for (const { part, share } of parts.filter(({ share }) => share >= SHOWN)) note(`${(share * 100).toFixed(1).padStart(6)} %  ${part}`)
  note('and by function itself')
  for (const { part, share } of functions.filter(({ share }) => share >= SHOWN)) note(`${(share * 100).toFixed(1).padStart(6)} %  ${part}`)
}

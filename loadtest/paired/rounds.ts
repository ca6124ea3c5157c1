import { type Loaded, load, median, quantile } from './connections.ts'
import type { Requests } from './requests.ts'
import type { Server } from './servers.ts'

/** Two servers asked the same, in turns: other work on the machine meets both. */
export interface Side { readonly server: Server; readonly requests: Requests }
export interface Pace { readonly perSecond: number; readonly p50: number; readonly p99: number }
export interface Compared {
  /** The first side's requests a second by the second's: the median of the rounds. */
  readonly ratio: number
  /** The same, of each server's own processor time: what other work on the machine does not touch. */
  readonly cpuRatio: number
  readonly ratios: readonly number[]
  readonly first: Pace
  readonly second: Pace
}
export interface Rounds { readonly rounds: number; readonly ms: number; readonly connections: number }

interface Round { readonly loaded: Loaded; readonly perSecond: number; readonly perCpuSecond: number }

const round = async ({ server, requests }: Side, ms: number, connections: number): Promise<Round> => {
  await requests.fill?.()
  const before = server.cpuSeconds()
  const loaded = await load({ port: server.port, connections, ms, next: requests.next })
  return { loaded, perSecond: loaded.answered / loaded.ms * 1000, perCpuSecond: loaded.answered / (server.cpuSeconds() - before) }
}

const pace = (rounds: readonly Round[]): Pace => ({
  perSecond: median(rounds.map((one) => one.perSecond)),
  p50: median(rounds.map(({ loaded }) => quantile(loaded.latencies, 0.5))),
  p99: median(rounds.map(({ loaded }) => quantile(loaded.latencies, 0.99))),
})

const WARM_UP_MS = 1500

export const compare = async (one: Side, other: Side, { rounds, ms, connections }: Rounds): Promise<Compared> => {
  for (const side of [one, other]) await round(side, WARM_UP_MS, connections)
  const [first, second]: [Round[], Round[]] = [[], []]
  for (let n = 0; n < rounds; n++) {
    // Who goes first changes, so that what one leaves behind meets both.
    for (const mine of n % 2 === 0 ? [true, false] : [false, true]) (mine ? first : second).push(await round(mine ? one : other, ms, connections))
  }
  const by = (of: (round: Round) => number) => first.map((mine, n) => of(mine) / of(second[n] ?? mine))
  const ratios = by((round) => round.perSecond)
  return { ratio: median(ratios), cpuRatio: median(by((round) => round.perCpuSecond)), ratios, first: pace(first), second: pace(second) }
}

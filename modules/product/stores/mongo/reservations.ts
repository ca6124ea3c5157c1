import type { Documents } from '../../../../src/databases/documents.ts'
import type { Reserved, Shortage, StockStore } from '../../store.ts'
import { holdsOn, sold } from './holds.ts'
import type { Moves } from './moves.ts'
import type { Show } from './shown.ts'
import { levelOf, ReservationDocument, reservations, stocks } from './stock-documents.ts'
import type { Standing } from './standing.ts'
import { unlessTaken } from './taken.ts'

type State = ReservationDocument['state']
export interface ReservationsParts { documents: Documents; moves: Moves; show: Show; standing: Standing }

/**
 * Reservations, where one document's change is all that is atomic. What becomes of an order is decided by the state of its
 * reservation alone, a compare-and-set a step; the stock follows, and any instance can go on with what another left. A hold
 * bears the number of the attempt that placed it, so that one placed too late is never taken for one that was counted.
 */
export const reservationsOn = ({ documents, moves, show, standing }: ReservationsParts) => {
  const holds = holdsOn(documents)
  const find = async (order: string): Promise<ReservationDocument | null> => (await documents.read(ReservationDocument, reservations, { _id: order }))[0] ?? null
  /** Null: it is not in any of these states (any more). `follows`: the stock is to follow this step. */
  const step = (order: string, from: readonly State[], to: State, about: Partial<ReservationDocument> = {}): Promise<ReservationDocument | null> => {
    const follows = to === 'committing' || to === 'releasing' || to === 'returning'
    return documents.change(ReservationDocument, reservations, { _id: order, state: { $in: from } },
      { $set: { state: to, ...about, ...follows && { follows } }, ...!follows && to !== 'held' && { $unset: { follows: true } } })
  }
  /** False where there is one. */
  const insert = async (reservation: ReservationDocument): Promise<boolean> => await unlessTaken(documents.insert(reservations, [reservation])) !== 'taken'
  const released = (order: string, short: Reserved['short'], at: number): ReservationDocument => ({ _id: order, state: 'released', lines: [], short: [...short], attempts: 0, at })

  const takenOf = ({ lines }: ReservationDocument) => lines.flatMap(({ variant, took, token }) => (took === undefined || token === undefined ? [] : [{ variant, quantity: took, token }]))

  const sell = async (reservation: ReservationDocument): Promise<ReservationDocument | null> => {
    await documents.steps(stocks, takenOf(reservation).map(({ variant, ...hold }) => sold(variant, reservation._id, hold)))
    return await step(reservation._id, ['committing'], 'sold')
  }
  const free = async (reservation: ReservationDocument): Promise<ReservationDocument | null> => {
    const { _id: order } = reservation
    const known = new Map(takenOf(reservation).map(({ variant, ...hold }) => [variant, hold]))
    const now = await Promise.all(reservation.lines.map(({ variant }) => holds.free(order, variant, known.get(variant) ?? null)))
    const [released] = await Promise.all([step(order, ['releasing'], 'released'), show(now.flatMap((stock) => (stock ? [levelOf(stock)] : [])))])
    return released
  }
  const giveBack = async (reservation: ReservationDocument, at: number): Promise<ReservationDocument | null> => {
    const { _id: order } = reservation
    await Promise.all(takenOf(reservation).filter(({ quantity }) => quantity > 0).map(async ({ variant, quantity }) => {
      const stock = await moves.stockOf(variant)
      if (stock) await moves.make({ variant, effect: `${order}:return`, asked: { kind: 'return', pieces: quantity }, reason: null, at }, stock)
    }))
    return await step(order, ['returning'], 'returned')
  }
  /** Lets the stock follow, and answers where the reservation then stands. */
  const follow = async (reservation: ReservationDocument, at: number): Promise<Reserved> => {
    for (let now = reservation; ;) {
      const { _id: order, state, short } = now
      if (state === 'held' || state === 'sold' || state === 'released' || state === 'returned') return { state, short }
      if (state === 'reserving') throw new Error(`Nothing is decided about the reservation of ${order}`)
      const next = state === 'committing' ? await sell(now) : state === 'releasing' ? await free(now) : await giveBack(now, at)
      // Another was sooner.
      now = next ?? await known(order)
    }
  }
  const known = async (order: string): Promise<ReservationDocument> => {
    const reservation = await find(order)
    if (!reservation) throw new Error(`The reservation of ${order} was stored and is not there`)
    return reservation
  }

  /** Tries to hold all lines; what one attempt placed, another counts. */
  const attempt = async ({ _id: order, lines, attempts: token }: ReservationDocument, tracked: ReadonlyMap<string, boolean>, at: number): Promise<{ reservation: Reserved } | { short: readonly Shortage[] }> => {
    const placed = await Promise.all(lines.map(({ variant, quantity }) => holds.place(order, { variantId: variant, quantity }, token, tracked.get(variant) ?? true)))
    const levels = placed.flatMap((one) => ('stock' in one && one.hold.quantity > 0 ? [levelOf(one.stock)] : []))
    const short = placed.flatMap((one) => ('short' in one ? [one.short] : []))
    if (short.length > 0) {
      const [now] = await Promise.all([find(order), show(levels)])
      return now && now.state !== 'reserving' ? { reservation: await follow(now, at) } : { short }
    }
    const taken = lines.map(({ variant, quantity }, index) => {
      const one = placed[index]
      return one && 'hold' in one ? { variant, quantity, took: one.hold.quantity, token: one.hold.token } : { variant, quantity }
    })
    const [held] = await Promise.all([step(order, ['reserving'], 'held', { lines: taken }), show(levels)])
    return { reservation: await follow(held ?? await known(order), at) }
  }
  const goOn = async (order: string, tracked: ReadonlyMap<string, boolean>, at: number) => {
    const mine = await documents.change(ReservationDocument, reservations, { _id: order, state: 'reserving' }, { $inc: { attempts: 1 } })
    return mine ? await attempt(mine, tracked, at) : { reservation: await follow(await known(order), at) }
  }

  /** From one of these states to the next, and the stock with it. Where nothing is held, nothing ever will be. */
  const end = async (order: string, from: readonly State[], to: State, at: number): Promise<Reserved> => {
    for (;;) {
      const now = await step(order, from, to, { at }) ?? await find(order)
      if (now === null) {
        if (await insert(released(order, [], at))) return { state: 'released', short: [] }
      } else if (now.state === 'reserving') {
        await step(order, ['reserving'], 'releasing', { at })
      } else if (!from.includes(now.state)) {
        // It may have come there only after it was looked for: then again.
        return await follow(now, at)
      }
    }
  }

  const store: Pick<StockStore, 'hold' | 'refuse' | 'commit' | 'release' | 'giveBack'> = {
    async hold(order, lines, at) {
      const { short, tracked } = await standing.look(order, lines)
      if (short.length > 0) {
        const now = await find(order)
        return now === null || now.state === 'reserving' ? { short } : { reservation: await follow(now, at) }
      }
      // In one order for all: of two who want the same two, neither takes what the other waits for.
      const sorted = lines.map(({ variantId, quantity }) => ({ variant: variantId, quantity })).sort((one, other) => (one.variant < other.variant ? -1 : 1))
      const fresh: ReservationDocument = { _id: order, state: 'reserving', lines: sorted, short: [], attempts: 1, at }
      return await insert(fresh) ? await attempt(fresh, tracked, at) : await goOn(order, tracked, at)
    },
    async refuse(order, short, at) {
      if (await insert(released(order, short, at))) return { state: 'released', short: [...short] }
      const now = await step(order, ['reserving'], 'releasing', { short: [...short], at }) ?? await known(order)
      return await follow(now, at)
    },
    commit: (order, at) => end(order, ['held'], 'committing', at),
    release: (order, at) => end(order, ['held', 'reserving'], 'releasing', at),
    async giveBack(order, at) {
      const { state, short } = await end(order, ['held'], 'committing', at)
      return state === 'sold' ? await end(order, ['sold'], 'returning', at) : { state, short }
    },
  }
  return { store, holds, follow }
}
export type Reservations = ReturnType<typeof reservationsOn>

import { Type } from '@sinclair/typebox'
import type { Documents } from '../../../../src/databases/documents.ts'
import type { Resuming } from '../../store.ts'
import type { Moves } from './moves.ts'
import type { Reservations } from './reservations.ts'
import type { Show } from './shown.ts'
import { type AnswerDocument, levelOf, MoveDocument, moves as moveRows, ReservationDocument, reservations as reservationRows, State } from './stock-documents.ts'

const Stated = Type.Object({ _id: Type.String(), state: State })
const Begun = Type.Pick(MoveDocument, ['_id', 'variant'])
const atOnce = 100
/** From here on nothing is held: what is found was placed by somebody who slept. */
const past: ReadonlySet<string> = new Set(['returning', 'returned', 'releasing', 'released', 'sold'])

export interface ResumingParts {
  documents: Documents; reservations: Reservations; moves: Moves; show: Show
  answers: { pending(before: number, limit: number): Promise<AnswerDocument[]>; finish(answer: AnswerDocument): Promise<void> }
}

/** Goes on with what another instance left half done, and gives back what a sleeper held too late. */
export const resumingOn = ({ documents, reservations: { holds, follow }, moves, show, answers }: ResumingParts): Resuming => {
  const reservations = async (before: number): Promise<boolean> => {
    const found = await documents.read(ReservationDocument, reservationRows, { follows: true, at: { $lt: before } }, { limit: atOnce })
    for (const one of found) await follow(one, one.at)
    return found.length === atOnce
  }
  const openMoves = async (before: number): Promise<boolean> => {
    const found = await documents.read(Begun, moveRows, { open: true, at: { $lt: before } }, { limit: atOnce, fields: ['variant'] })
    for (const variant of new Set(found.map((row) => row.variant))) await moves.settle(variant)
    return found.length === atOnce
  }
  const keys = async (before: number): Promise<boolean> => {
    const found = await answers.pending(before, atOnce)
    for (const answer of found) await answers.finish(answer)
    return found.length === atOnce
  }
  const leftHolds = async (some: readonly { variant: string; order: string; quantity: number; token: number }[]): Promise<void> => {
    const found = await documents.read(Stated, reservationRows, { _id: { $in: [...new Set(some.map(({ order }) => order))] } }, { fields: ['state'] })
    const ended = new Set(found.filter(({ state }) => past.has(state)).map(({ _id }) => _id))
    for (const { variant, order, ...hold } of some) {
      const now = ended.has(order) ? await holds.freed(variant, order, hold) : null
      if (now) await show([levelOf(now)])
    }
  }
  return {
    async resume(before, stop) {
      for (const some of [reservations, openMoves, keys]) while (!stop.aborted && await some(before));
      let some: Parameters<typeof leftHolds>[0][number][] = []
      for await (const { _id: variant, holds: there } of holds.held()) {
        if (stop.aborted) return
        some.push(...Object.entries(there).map(([order, hold]) => ({ variant, order, ...hold })))
        if (some.length < atOnce) continue
        await leftHolds(some)
        some = []
      }
      if (some.length > 0) await leftHolds(some)
    },
  }
}

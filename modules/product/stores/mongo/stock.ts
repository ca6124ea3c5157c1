import type { Documents } from '../../../../src/databases/documents.ts'
import { type Asked, movedBy } from '../../rules/stock-moves.ts'
import type { Answered, Resuming, StockStore } from '../../store.ts'
import { answersIn, type Came } from './answers.ts'
import { type Done, movesOn, type Wanted } from './moves.ts'
import type { StockRows } from './portable.ts'
import { reservationsOn } from './reservations.ts'
import { resumingOn } from './resuming.ts'
import type { Show } from './shown.ts'
import { standingOn } from './standing.ts'
import { type AnswerDocument, freeIn, type StockDocument } from './stock-documents.ts'
import { stockRowsOn } from './stock-loading.ts'
import { tellingOn } from './telling.ts'
import type { KeptTree } from './tree.ts'

export interface StockParts { documents: Documents; tree: KeptTree; show: Show }

const came = ({ moved: { outcome }, stock }: Done): Came => {
  if (outcome === 'closed') return 'unknown_variant'
  return outcome === 'applied' ? { available: freeIn(stock), reserved: stock.reserved } : outcome
}

/** Stock on documents, where one document's change is all that is atomic (docs/decisions/stock-in-documents.md). */
export const stockOn = ({ documents, tree, show }: StockParts): StockStore & Resuming & { rows: StockRows } => {
  const moves = movesOn(documents, show)
  const standing = standingOn(documents, tree)
  const answers = answersIn(documents)
  const reservations = reservationsOn({ documents, moves, show, standing })

  /** Makes a move that was stored with its key, whoever stored it. */
  const finish = async ({ _id: scope, pending, at }: AnswerDocument): Promise<void> => {
    if (!pending) return
    const { variant, effect, reason, change, target = null } = pending
    const asked: Asked = change === undefined ? { kind: 'set', target } : { kind: 'change', pieces: change }
    const stock = await moves.stockOf(variant)
    await answers.end(scope, effect, stock ? came(await moves.make({ variant, effect, asked, reason, at }, stock)) : 'unknown_variant')
  }
  const answered = async (scope: string): Promise<Answered | null> => {
    const known = await answers.find(scope)
    if (known?.pending) await finish(known)
    const kept = known?.pending ? await answers.find(scope) : known
    return kept?.status === undefined || kept.answer === undefined ? null : { fingerprint: kept.fingerprint, status: kept.status, answer: kept.answer }
  }

  return {
    ...reservations.store,
    quotes: standing.quotes,
    ...tellingOn(documents, show),
    ...resumingOn({ documents, reservations, moves, show, answers: { pending: answers.pending, finish } }),
    rows: stockRowsOn(documents),

    async move(move) {
      const { productId, variantId: variant, effect, reason, to, answerAs, at } = move
      const asked: Asked = 'change' in to ? { kind: 'change', pieces: to.change } : { kind: 'set', target: to.available }
      const wanted: Wanted = { variant, effect, asked, reason, at }
      for (;;) {
        const stock: StockDocument | 'unknown_product' | 'unknown_variant' = await standing.of(productId, variant)
        if (typeof stock === 'string') return stock
        // What cannot be done as things are leaves no row.
        const { outcome } = movedBy(stock, asked)
        if (outcome !== 'applied') return outcome === 'closed' ? 'unknown_variant' : outcome
        if (answerAs === null) return came(await moves.make(wanted, stock))
        if (await answers.begin(move, answerAs)) {
          const result = came(await moves.make(wanted, stock))
          await answers.end(answerAs.scope, effect, result)
          return result
        }
        if ((await answered(answerAs.scope)) !== null) return 'answered'
      }
    },
    answered,
    keepAnswer: answers.keep,
    forgetAnswers: answers.forget,
  }
}

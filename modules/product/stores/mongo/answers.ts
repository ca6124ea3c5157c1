import type { Documents } from '../../../../src/databases/documents.ts'
import { insufficientStock } from '../../contract/faults.ts'
import type { Answered, StockLevel, StockMove } from '../../store.ts'
import { AnswerDocument, answers } from './stock-documents.ts'
import { unlessTaken } from './taken.ts'

/** What a move came to. */
export type Came = StockLevel | 'untracked' | 'insufficient' | 'too_much' | 'unknown_variant'

export const answerOf = ({ available, reserved }: StockLevel): string => JSON.stringify({ available, reserved })

/**
 * Answers under Idempotency-Keys. What was asked for is stored before it is done, so that whoever comes with the key finishes it:
 * the move bears its own id, and is made once.
 */
export const answersIn = (documents: Documents) => {
  const find = async (scope: string): Promise<AnswerDocument | null> => (await documents.read(AnswerDocument, answers, { _id: scope }))[0] ?? null
  const insert = async (answer: AnswerDocument): Promise<boolean> => await unlessTaken(documents.insert(answers, [answer])) !== 'taken'
  return {
    find,
    /** False where something is known under this key. */
    begin: ({ productId, variantId, effect, reason, to, at }: StockMove, { scope, fingerprint }: { scope: string; fingerprint: string }): Promise<boolean> => insert({
      _id: scope, fingerprint, at,
      pending: { product: productId, variant: variantId, effect, reason, ...'change' in to ? { change: to.change } : { target: to.available } },
    }),
    /** Keeps what the move came to; a refusal that may not be one later leaves the key free. */
    async end(scope: string, effect: string, came: Came): Promise<void> {
      const mine = { _id: scope, 'pending.effect': effect }
      if (came === 'untracked' || came === 'too_much' || came === 'unknown_variant') await documents.remove(answers, mine)
      else {
        const answer = came === 'insufficient' ? { status: insufficientStock.status, answer: '{}' } : { status: 200, answer: answerOf(came) }
        await documents.change(AnswerDocument, answers, mine, { $set: answer, $unset: { pending: true } })
      }
    },
    keep: async (scope: string, answer: Answered, at: number): Promise<void> => { await insert({ _id: scope, at, ...answer }) },
    forget: (before: number): Promise<number> => documents.remove(answers, { at: { $lt: before }, pending: { $exists: false } }),
    pending: (before: number, limit: number): Promise<AnswerDocument[]> => documents.read(AnswerDocument, answers, { 'pending.effect': { $exists: true }, at: { $lt: before } }, { limit }),
  }
}

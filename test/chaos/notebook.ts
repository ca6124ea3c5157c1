import { createHash } from 'node:crypto'
import type { AnswerEntry, JournalEntry } from '../../commands/audit/journal.ts'
import type { Answer } from '../client.ts'

/** What the client says of a request of its own. */
export interface Asking {
  operation: 'place' | 'cancel' | 'refund' | 'read'
  caller: string
  key?: string
  /** The order it is about, where the answer does not say. */
  orderId?: string
  /** The payment provider was told to fail. */
  providerFails?: boolean
}

/** The journal as it is being written. */
export interface Notebook {
  readonly entries: JournalEntry[]
  /** `answer` null: the connection broke. */
  answered(asking: Asking, answer: Answer | null, at: number, ms: number): void
  cart(cartId: string, variantId: string, change: number, acknowledged: boolean): void
  window(from: number, to: number): void
}

/** Every operation that is asked here has this deadline by its contract, and a second for the way. */
const deadlineMs = 15_000 + 1_000

export const createNotebook = (): Notebook => {
  const entries: JournalEntry[] = []
  return {
    entries,
    answered(asking, answer, at, ms) {
      entries.push(entryOf(asking, answer, at, ms))
    },
    cart(cartId, variantId, change, acknowledged) {
      entries.push({ kind: 'cart', at: Date.now(), cartId, variantId, change, acknowledged })
    },
    window(from, to) {
      entries.push({ kind: 'window', from, to })
    },
  }
}

const entryOf = ({ operation, caller, key, orderId, providerFails = false }: Asking, answer: Answer | null, at: number, ms: number): AnswerEntry => {
  const base: AnswerEntry = {
    kind: 'answer', operation, at, ms, deadlineMs, status: 0, caller, key: key ?? null, providerFails,
    code: null, orderId: null, orderStatus: null, total: null, lines: [], refundId: null, digest: null,
  }
  if (answer === null) return base
  const { status, body, text } = answer
  const digest = status === 201 ? createHash('sha256').update(text).digest('hex') : null
  if (status >= 400) return { ...base, status, code: body.code ?? null, orderId: body.orderId ?? null }
  if (operation === 'refund') return { ...base, status, digest, orderId: orderId ?? null, refundId: body.id }
  return {
    ...base, status, digest, orderId: body.id, orderStatus: body.status, total: body.total.amount,
    lines: body.items.map(({ variantId, quantity }: { variantId: string; quantity: number }) => ({ variantId, quantity })),
  }
}

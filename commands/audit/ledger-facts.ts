import { Type } from '@sinclair/typebox'
import type { Row } from '../../src/databases/sql.ts'
import { orNull, reader, text, under, whole } from './rows.ts'

/** What the payment provider knows of one order. */
export interface LedgerFact {
  authorizations: { key: string; state: string }[]
  captures: { key: string; amount: number }[]
  refunds: { key: string; amount: number }[]
}
/** By order. */
export type LedgerFacts = Map<string, LedgerFact>

const AuthorizationRow = reader('authorizations', Type.Object({ key: text, order_id: text, state: text, reference: orNull(text) }))
const EffectRow = reader('captures or refunds', Type.Object({ key: text, order_id: text, amount: whole, outcome: text }))

/** Keeps what the audit needs of one row of the payment provider's ledger; what it refused moved no money. */
export const foldLedger = (facts: LedgerFacts, { table, row }: Row): void => {
  const of = (orderId: string) => under(facts, orderId, (): LedgerFact => ({ authorizations: [], captures: [], refunds: [] }))
  if (table === 'authorizations') {
    const { key, order_id, state } = AuthorizationRow(row)
    of(order_id).authorizations.push({ key, state })
  } else if (table === 'captures' || table === 'refunds') {
    const { key, order_id, amount, outcome } = EffectRow(row)
    if (outcome !== 'refused') of(order_id)[table].push({ key, amount })
  }
}

export const sumOf = (parts: readonly { amount: number }[]): number => parts.reduce((sum, { amount }) => sum + amount, 0)

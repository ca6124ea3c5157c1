import { Type } from '@sinclair/typebox'
import * as contracts from '../../modules/contracts.ts'
import type { Row } from '../../src/databases/sql.ts'
import { orNull, reader, text, under, whole } from './rows.ts'

/** Who hears which type of event, by all contracts. */
export const hearers: ReadonlyMap<string, readonly string[]> = Object.values(contracts).reduce((found, { name, hears }) => {
  for (const { type } of Object.values<{ type: string }>(hears)) under(found, type, () => []).push(name)
  return found
}, new Map<string, string[]>())

/** An event that somebody hears. */
export interface ToldFact { id: string; type: string }
export interface OutboxFact {
  count: number
  /** When the oldest that is kept was stored; earlier ones were published and forgotten. */
  oldestAt: number
  waiting: string[]
  told: ToldFact[]
}
/** Outboxes and inboxes of all stores, and what the bus still has to deliver. */
export interface EventFacts {
  readonly outboxes: Map<string, OutboxFact>
  /** Ids of events whose effect is stored, by store. */
  readonly inboxes: Map<string, Set<string>>
  readonly deliveries: { module: string; eventId: string; dead: boolean }[]
  /** `payment.refunded`, as told. */
  readonly refunds: { id: string; orderId: string; amount: number }[]
}
export const eventFacts = (): EventFacts => ({ outboxes: new Map(), inboxes: new Map(), deliveries: [], refunds: [] })

const OutboxRow = reader('outbox', Type.Object({ id: text, type: text, time: text, data: text, published_at: orNull(whole) }))
const InboxRow = reader('inbox', Type.Object({ id: text }))
const DeliveryRow = reader('delivery', Type.Object({ module: text, event_id: text, dead: whole }))
const Refunded = reader('payment.refunded.v1', Type.Object({ orderId: text, refundId: text, amount: Type.Object({ amount: whole }) }))

/** Keeps what the audit needs of the rows that every store has, and of the bus's own. */
export const foldEvent = (facts: EventFacts, store: string, { table, row }: Row): void => {
  if (table === 'outbox') {
    const { id, type, time, data, published_at } = OutboxRow(row)
    const outbox = under(facts.outboxes, store, () => ({ count: 0, oldestAt: Infinity, waiting: [], told: [] }))
    outbox.count += 1
    outbox.oldestAt = Math.min(outbox.oldestAt, Date.parse(time))
    if (published_at === null) outbox.waiting.push(id)
    else if (hearers.has(type)) outbox.told.push({ id, type })
    if (type === 'payment.refunded.v1') {
      const { orderId, refundId, amount } = Refunded(JSON.parse(data))
      facts.refunds.push({ id: refundId, orderId, amount: amount.amount })
    }
  } else if (table === 'inbox') {
    under(facts.inboxes, store, () => new Set()).add(InboxRow(row).id)
  } else if (table === 'delivery') {
    const { module, event_id, dead } = DeliveryRow(row)
    facts.deliveries.push({ module, eventId: event_id, dead: dead === 1 })
  }
}

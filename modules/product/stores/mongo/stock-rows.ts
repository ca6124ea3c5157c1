import type { DocumentReads } from '../../../../src/databases/documents.ts'
import type { Row } from '../../../../src/databases/sql.ts'
import { AnswerDocument, answers, MoveDocument, moves, ReservationDocument, reservations, StockDocument, stocks } from './stock-documents.ts'

/** The stock's rows, as the SQLite store's tables have them; parents before children. */
export async function* stockRows(documents: DocumentReads): AsyncGenerator<Row> {
  const lasts = new Map<string, StockDocument['last']>()
  for await (const stock of documents.walk(StockDocument, stocks)) {
    const { _id: variant, product, sellable, tracked, received, available, reserved, sold, version, published, last } = stock
    if (last.n > 0) lasts.set(variant, last)
    yield { table: 'stock', row: { variant, product, sellable: Number(sellable), tracked: Number(tracked), received, available, reserved, sold, version, published, moves: last.n } }
  }
  for await (const { variant, n, effect, kind, target = null, moved, reason, at } of documents.walk(MoveDocument, moves)) {
    // What came of the last one may stand in the stock alone. One that is not decided has changed nothing.
    const last = lasts.get(variant)
    const { received = 0, pieces = 0 } = moved ?? (last?.n === n ? last : {})
    yield { table: 'move', row: { variant, n, effect, kind, target, received, available: pieces, reason, at } }
  }
  for await (const { _id: id, state, short, at } of documents.walk(ReservationDocument, reservations)) {
    yield { table: 'reservation', row: { id, state, short: JSON.stringify(short), at } }
  }
  for await (const { _id: reservation, lines } of documents.walk(ReservationDocument, reservations)) {
    for (const { variant, quantity, took = 0 } of lines) yield { table: 'reservation_line', row: { reservation, variant, quantity, took } }
  }
  for await (const { _id: scope, fingerprint, status, answer, at } of documents.walk(AnswerDocument, answers, { pending: { $exists: false } })) {
    yield { table: 'answered', row: { scope, fingerprint, status, answer, at } }
  }
}

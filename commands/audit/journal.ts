import { type Static, Type } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'

const text = Type.String()
const whole = Type.Integer()

/** An answer of the shop as its client got it. A status of 0: the connection broke, whatever came of it. */
export const AnswerEntry = Type.Object({
  kind: Type.Literal('answer'),
  operation: text,
  /** When it was asked (milliseconds since 1970), how long it took, and how long it might have taken. */
  at: whole, ms: Type.Number(), deadlineMs: whole,
  status: whole,
  code: Type.Union([text, Type.Null()]),
  /** Who asked, in the client's own words, and under which Idempotency-Key. */
  caller: text,
  key: Type.Union([text, Type.Null()]),
  orderId: Type.Union([text, Type.Null()]),
  orderStatus: Type.Union([text, Type.Null()]),
  total: Type.Union([whole, Type.Null()]),
  lines: Type.Array(Type.Object({ variantId: text, quantity: whole })),
  /** Of the refund that was answered. */
  refundId: Type.Union([text, Type.Null()]),
  /** SHA-256 of the answer's body, the same at each replay. */
  digest: Type.Union([text, Type.Null()]),
  /** The payment provider was told to fail, so that 503 and 504 are right. */
  providerFails: Type.Boolean(),
})
export type AnswerEntry = Static<typeof AnswerEntry>

/** What a client put into its cart, or took out; `acknowledged` false where no answer came: it may have happened. */
export const CartEntry = Type.Object({
  kind: Type.Literal('cart'), at: whole, cartId: text, variantId: text, change: whole, acknowledged: Type.Boolean(),
})
export type CartEntry = Static<typeof CartEntry>

/** From a kill until the shop is itself again. */
const WindowEntry = Type.Object({ kind: Type.Literal('window'), from: whole, to: whole })
type WindowEntry = Static<typeof WindowEntry>

export type JournalEntry = AnswerEntry | CartEntry | WindowEntry
/** All that clients saw. Carts are only compared where the journal holds every change of theirs, from their first. */
export type Journal = readonly JournalEntry[]

const entry = TypeCompiler.Compile(Type.Union([AnswerEntry, CartEntry, WindowEntry]))

/** A journal as it is written to a file: one entry a line, as JSON. */
export const parseJournal = (lines: string): Journal => lines.split('\n').filter((line) => line.trim() !== '').map((line, at) => {
  const value: unknown = JSON.parse(line)
  if (!entry.Check(value)) throw new TypeError(`Line ${at + 1} of the journal is no entry: ${entry.Errors(value).First()?.message ?? ''}`)
  return value
})

export const answersIn = (journal: Journal): AnswerEntry[] => journal.filter((one) => one.kind === 'answer')
export const cartsIn = (journal: Journal): CartEntry[] => journal.filter((one) => one.kind === 'cart')
export const windowsIn = (journal: Journal): WindowEntry[] => journal.filter((one) => one.kind === 'window')

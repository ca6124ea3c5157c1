import type { Static, TSchema } from '@sinclair/typebox'

/** What a module tells the others: past tense, with its version, like `order.paid.v1`. */
export type EventType = `${string}.${string}.v${number}`

export interface Emitted { type: EventType; data: unknown }
export interface EventShape<D extends TSchema = TSchema> { type: EventType; data: D }
/** Called with its data it makes one: `paid({ orderId })`. Delivered at least once, in no promised order. */
export interface Event<D extends TSchema> extends EventShape<D> { (data: Static<D>): Emitted }

/** Declares an event. `data` carries what hearers need and its subject's version. */
export const event = <D extends TSchema>(type: EventType, data: D): Event<D> =>
  Object.assign((value: Static<D>): Emitted => ({ type, data: value }), { type, data })

/** An event as it arrives: `id` is its CloudEvents id (the inbox knows it by that), `time` ISO 8601. */
export interface Heard<D = unknown> extends Emitted { id: string; time: string; data: D; trace: string }

import { type Static, Type } from '@sinclair/typebox'

/** Whole minor units of one currency (ISO 4217): 1999 EUR is 19.99 €. Never a float. */
export const Money = Type.Object({
  amount: Type.Integer({ minimum: 0, maximum: 100_000_000_000, description: 'minor units' }),
  currency: Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217' }),
}, { additionalProperties: false, title: 'Money' })
export type Money = Static<typeof Money>

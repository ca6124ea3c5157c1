import { type Static, type TSchema, Type } from '@sinclair/typebox'

/*
 * How a setting reads its environment variable follows from its schema: a number strictly, a boolean as `on|off`,
 * an array of texts as a comma list, any other array, an object or a record as JSON, a string as it stands. The
 * property's name in camelCase is the variable's in UPPER_SNAKE. A setting without `default` and not optional is
 * required; each has a `description`, and a secret one says `secret: true`.
 */

/** Settings that several modules read: one description each. */
export const currency = Type.String({ pattern: '^[A-Z]{3}$', default: 'EUR', description: 'The shop\'s one currency (ISO 4217)' })
export const rateLimit = Type.Boolean({ default: true, description: '`off` turns off rate limits and the slow-down of logins (load tests)' })

export type Settings<T extends TSchema> = Static<T>

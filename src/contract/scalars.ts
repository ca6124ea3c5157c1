import { FormatRegistry, type TSchema, Type } from '@sinclair/typebox'

// Of any version, the nil one too: what names nothing is not found rather than malformed.
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
// A dot in the domain is not asked for: `admin@localhost` is one. Control characters are in no part of it.
const email = /^[^\s@<>"(),:;[\]\\\u0000-\u001f\u007f]{1,64}@[^\s@<>"(),:;[\]\\\u0000-\u001f\u007f]{1,189}$/
FormatRegistry.Set('uuid', (value) => uuid.test(value))
FormatRegistry.Set('email', (value) => email.test(value))
FormatRegistry.Set('date-time', (value) => !Number.isNaN(Date.parse(value)) && value.includes('T'))
FormatRegistry.Set('uri', (value) => URL.canParse(value))

/** Any well-formed UUID in lower or upper case; ours are version 7 (RFC 9562). */
export const Id = Type.String({ format: 'uuid' })
/** An id in a path: malformed is answered like unknown, 404, by the handler. */
export const PathId = Type.String({ maxLength: 2000 })
export const Time = Type.String({ format: 'date-time', description: 'ISO 8601, UTC' })
export const Email = Type.String({ format: 'email', maxLength: 254 })
export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
/** Text of a person: no control characters but tab and newlines, and at least one that shows. */
export const Text = (maxLength: number) =>
  Type.String({ minLength: 1, maxLength, pattern: '^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]*\\S[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]*$' })
export const isEmail = (value: string): boolean => email.test(value)
export const isId = (value: string): boolean => uuid.test(value)

/** The fields of `properties` as a closed object: an unknown field is refused. `title` is its name in documents. */
export const Closed = <T extends Record<string, TSchema>>(properties: T, title?: string) =>
  Type.Object(properties, { additionalProperties: false, ...(title === undefined ? {} : { title }) })

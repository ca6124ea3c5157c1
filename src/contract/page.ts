import { type TSchema, Type } from '@sinclair/typebox'

/** A list's answer: `nextCursor` is null on the last page. */
export const Page = <T extends TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), nextCursor: Type.Union([Type.String(), Type.Null()]) })

/** What every list takes, spread into `takes`. A cursor is opaque and bound to its sort and filters. */
export const paging = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
  // Any text is one that may be damaged: the list itself refuses it, as `invalid_cursor`.
  cursor: Type.Optional(Type.String({ maxLength: 16_384 })),
}

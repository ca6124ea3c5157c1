import { Kind, type TSchema, Type, TypeRegistry } from '@sinclair/typebox'

/**
 * Contents that are not JSON, as schemas, so that a handler's types follow from its contract.
 * In `takes` as the field `body`: `Stream('text/csv')` is the request's body unread, `Raw` its bytes with all headers.
 * As `returns`: `Html` and `Stream(…)` are sent as they are.
 */
export interface RawInput { bytes: Uint8Array; headers: Headers }

const kinds = ['ByteStream', 'RawInput', 'HtmlText'] as const
export type ContentKind = (typeof kinds)[number]
for (const kind of kinds) if (!TypeRegistry.Has(kind)) TypeRegistry.Set(kind, () => true)

export const Stream = (mediaType: string) =>
  Type.Unsafe<ReadableStream<Uint8Array>>({ [Kind]: 'ByteStream', type: 'string', contentMediaType: mediaType })
export const Raw = Type.Unsafe<RawInput>({ [Kind]: 'RawInput', type: 'string', contentMediaType: 'application/json' })
export const Html = Type.Unsafe<string>({ [Kind]: 'HtmlText', type: 'string', contentMediaType: 'text/html' })

/** Which of these contents a schema is, or null for plain JSON. */
export const contentKind = (schema: TSchema): ContentKind | null => kinds.find((kind) => schema[Kind] === kind) ?? null
/** The media type of such a content, `application/json` for plain JSON. */
export const mediaType = (schema: TSchema): string =>
  typeof schema['contentMediaType'] === 'string' ? schema['contentMediaType'] : 'application/json'

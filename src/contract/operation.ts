import { type TObject, type TSchema } from '@sinclair/typebox'
import type { Inner } from './inner.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export type Route = `${Method} /${string}`
/** `public` reads no guest session; `visitor` does, and lets everyone in; `user` needs a token; else a permission. */
export type Access = 'public' | 'visitor' | 'user' | Permission
export type Permission = `${string}:${'read' | 'write' | 'moderate'}`
type Holes<R> = R extends `${string}{${infer Name}}${infer Rest}` ? Name | Holes<Rest> : never

/** At most `limit` requests of one caller (an address, or a user where `per` says so) in `windowS` seconds. */
export interface Limit { name: string; limit: number; windowS: number; per: 'address' | 'caller' }

/** Over HTTP only. `takes` is one flat object: names in the path, those in `headers`, then query (GET, DELETE) or body. */
export interface Operation<I extends TObject = TObject, O extends TSchema = TSchema> extends Inner<I, O> {
  route: Route
  access: Access
  /** One line for the documents. */
  summary: string
  /** The status on success; default 200. */
  status?: 201 | 202 | 204
  /** Reads Idempotency-Key into the context's `key`; the module stores it with its effect. */
  keyed?: 'required' | 'optional'
  /** Its answer carries an ETag: who has it already (If-None-Match) is answered 304. */
  conditional?: true
  /** Fields of `takes` that come from a request header: field name to header name. */
  headers?: Readonly<Record<string, string>>
  /** Fields of `takes` that come from a hole of another name, where the body has a field of the hole's: field name to hole. */
  holes?: Readonly<Record<string, string>>
  /** DELETE takes its fields from the body instead of the query. */
  bodied?: true
  /** The Authorization header is not read at all (register, login, refresh, logout). */
  ignoresToken?: true
  /** A limit of its own, beside the gateway's general one. */
  limit?: Limit
  /** Largest body in bytes; default 1 MiB. `Infinity` only where `takes` holds a stream. */
  bodyBytes?: number
}

/** Declares an operation; a hole in the path without its field in `takes` does not compile. */
export const operation = <const R extends Route, I extends TObject, O extends TSchema>(
  route: [Holes<R>] extends [keyof I['properties']] ? R : never,
  about: Omit<Operation<I, O>, 'route'>,
): Operation<I, O> => ({ ...about, route })

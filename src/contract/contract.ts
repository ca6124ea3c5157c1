import { type Static, Type } from '@sinclair/typebox'
import type { Event, EventShape } from './event.ts'
import type { Inner } from './inner.ts'
import type { Operation } from './operation.ts'

/** A module's public face. Everything else (routes, checks, documents, doors, topology) is derived from it. */
export interface Contract<Name extends string = string> {
  name: Name
  /** Where the module listens when it is a service of its own. */
  port: number
  operations: Record<string, Operation>
  inner: Record<string, Inner>
  /** Modules whose inner operations it calls, by name: what its definition `uses`. Default: none. */
  calls?: readonly string[]
  events: Record<string, EventShape>
  /** Others' events that this module handles, by the name of its handler. */
  hears: Record<string, EventShape>
}

export const nothing = Type.Object({}, { additionalProperties: false })

export const contract = <const N extends string, const C extends Omit<Contract, 'name'>>(name: N, about: C): C & { name: N } =>
  ({ ...about, name })

/** What a handler takes and gives, and an event carries. */
export type In<C extends Inner> = Static<C['takes']>
export type Out<C extends Inner> = Static<C['returns']>
export type Told<E> = E extends Event<infer D> ? Static<D> : E extends EventShape<infer D> ? Static<D> : never

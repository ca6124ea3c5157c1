/** Who is asking. A session is opaque and unchecked outside cart; elsewhere it is known by its SHA-256 alone. */
export type Caller =
  | { readonly is: 'nobody' }
  | { readonly is: 'guest'; readonly session: string }
  | { readonly is: 'user'; readonly id: string; readonly sid: string; readonly may: ReadonlySet<string> }

/** What travels with every call: who, within what time, under which trace. */
export interface Context {
  readonly caller: Caller
  /** W3C trace id, 32 hex digits; the request id of HTTP. */
  readonly trace: string
  /** Aborts when the time is up. */
  readonly deadline: AbortSignal
  /** Milliseconds left, never below 0. */
  leftMs(): number
  /** The Idempotency-Key, where the operation is keyed. */
  readonly key?: string
  /** Where the request came from; empty for calls that no client caused. */
  readonly client: { readonly address: string; readonly device: string }
}

export const may = (caller: Caller, permission: string): boolean => caller.is === 'user' && caller.may.has(permission)

/** The only source of time, ids and randomness, and of waiting, so that a simulation can be all four. */
export interface World {
  /** Milliseconds since 1970. */
  now(): number
  /** A new UUIDv7 (RFC 9562), increasing within a process. */
  id(): string
  random(bytes: number): Uint8Array
  /** Resolves after `ms`, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

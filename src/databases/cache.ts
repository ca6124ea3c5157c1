/**
 * What several instances of a module remember together, for a minute at most. It never fails and never waits long: where
 * the server is away nothing is found and nothing kept, and on its return whatever it remembered from before is not
 * believed. A version is that of what the value was made from: a whole number that grows with its changes.
 */
export interface Cache {
  get(key: string): Promise<string | null>
  /** Keeps the value unless a newer version is kept; answered when every reader from now on finds it, something newer, or nothing. */
  set(key: string, version: number, value: string): Promise<void>
  /** Nothing older than this version is found from now on. */
  drop(key: string, version: number): Promise<void>
}

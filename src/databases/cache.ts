/**
 * What several instances of a module remember together. It never fails: where the server is away nothing is found and
 * nothing kept, and on its return whatever it remembered from before is not believed.
 */
export interface Cache {
  get(key: string): Promise<string | null>
  /** Keeps the value unless a newer version is kept; answered when every reader from now on finds it or something newer. */
  set(key: string, version: number, value: string): Promise<void>
  /** Nothing older than this version is found from now on. */
  drop(key: string, version: number): Promise<void>
}

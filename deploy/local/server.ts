/** `durable: false`: what it acknowledged need not outlast the machine (tests). */
export interface UpOptions { durable?: boolean }

/** One kind of server that a shop may stand on, run on this machine for one shop. */
export interface Server {
  readonly name: string
  /** The setting that names it. */
  readonly variable: string
  /** What is missing to run it here, and how to get it; null where it can run. */
  missing(): string | null
  /** Starts it on loopback, with its data in `folder`, or finds it running; answers where it is. */
  up(folder: string, options?: UpOptions): Promise<string>
  /** Stops it; its data stays. */
  down(folder: string): Promise<void>
  /** Where it runs, or null. */
  url(folder: string): string | null
  /** Its first process, while it runs. */
  pid(folder: string): number
}

/** One place in the request that was wrong. `path` is a JSON pointer (RFC 6901) into that part. */
export interface Detail { in: 'body' | 'query' | 'path' | 'header'; path: string; message: string }

/** What a thrown fault may add to its one sentence. `members` are extension members of RFC 9457 §3.2. */
export interface About {
  errors?: readonly Detail[]
  headers?: Readonly<Record<string, string>>
  members?: Readonly<Record<string, string | number>>
}

/** A declared refusal: `throw outOfStock('…')`. It crosses every door as itself and HTTP shows it as RFC 9457. */
export interface Fault {
  (detail?: string, about?: About): FaultError
  readonly code: string
  readonly status: number
  /** The same request may succeed later, unchanged. */
  readonly retry: boolean
  /** One sentence for a person; the problem document's `title`. */
  readonly title: string
}

/** The thrown form of a declared fault. Compare by `code`: an instance from another process is another class. */
export class FaultError extends Error {
  override readonly name = 'FaultError'
  readonly code: string
  readonly status: number
  readonly retry: boolean
  readonly title: string
  readonly about: About
  constructor(fault: Pick<Fault, 'code' | 'status' | 'retry' | 'title'>, detail?: string, about: About = {}) {
    super(detail ?? fault.title)
    this.code = fault.code
    this.status = fault.status
    this.retry = fault.retry
    this.title = fault.title
    this.about = about
  }
}

/** Declares a fault. `code` is snake_case and never changes; `retry` defaults to false. */
export const fault = (code: string, status: number, title: string, retry = false): Fault => {
  const shape = { code, status, title, retry }
  return Object.assign((detail?: string, about?: About) => new FaultError(shape, detail, about), shape)
}

/** Whether `error` is this declared fault, wherever it was thrown. */
export const isFault = (error: unknown, of?: Pick<Fault, 'code'>): error is FaultError =>
  error instanceof FaultError && (of === undefined || error.code === of.code)

/**
 * How an attempt ended without an answer. `unreached`: no connection, so that nothing was sent; `stale`: a connection that was
 * kept from before was gone; `cut`: it ended before an answer began; `late`: none began in time; `broken`: it ended within one.
 */
export type FailureKind = 'unreached' | 'stale' | 'cut' | 'late' | 'broken' | 'given_up'

export class Failure extends Error {
  override readonly name = 'Failure'
  readonly kind: FailureKind
  constructor(kind: FailureKind, message: string) {
    super(message)
    this.kind = kind
  }
}

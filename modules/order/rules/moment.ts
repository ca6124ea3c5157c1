/** When something was heard, and on what terms. */
export interface Moment {
  now: number
  /** When the call was made: an answer to an earlier question does not tell that the time is over. */
  asked: number
  /** The first call of this step by whoever inserted the order: nobody else can have reached the provider before. */
  first: boolean
  leaseMs: number
  pendingMs: number
  /** For a refund row that this change may insert. */
  refundId: string
}

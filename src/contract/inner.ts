import type { TObject, TSchema } from '@sinclair/typebox'
import type { Fault } from './fault.ts'

/** Between modules only. May always be sent twice: the caller chooses its ids, a repeat answers the same. */
export interface Inner<I extends TObject = TObject, O extends TSchema = TSchema> {
  takes: I
  returns: O
  faults?: readonly Fault[]
  /** The longest this call may take, in ms; the caller's own deadline may be shorter. Default 5000. */
  deadlineMs?: number
}

export const inner = <I extends TObject, O extends TSchema>(about: Inner<I, O>): Inner<I, O> => about

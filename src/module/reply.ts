declare const parsed: unique symbol
/** Text that is the JSON of a `T`: kept ready in a store and sent as it is. */
export type Json<T> = string & { readonly [parsed]: T }
/** Says that this text is the JSON of a `T`. The one place where that is claimed. */
export const asJson = <T>(text: string): Json<T> => text as Json<T>

export interface ReplyOptions {
  headers?: Readonly<Record<string, string>>
  /** Another success status than the operation's own, as a replay may need. */
  status?: number
  /** A guest session that this answer starts or renews; null ends it. `maxAgeS` in seconds. */
  session?: { id: string; maxAgeS: number } | null
}

/** An answer with more than its body. A bare value is a `Reply` without options. */
export class Reply<T> {
  readonly body: T | Json<T>
  readonly options: ReplyOptions
  constructor(body: T | Json<T>, options: ReplyOptions = {}) {
    this.body = body
    this.options = options
  }
}

/** What a row says of a variant's stock. */
export interface NamedStock {
  /** The inventory tracker: named, blank (null), or no such column (undefined). */
  readonly tracked: true | null | undefined
  /** null: blank, or no such column. */
  readonly quantity: number | null
  /** Policy `continue`: sold whatever there is. */
  readonly oversold: boolean
}

/**
 * The stock that such a row asks for: a number, null for untracked, undefined to leave it alone. `now` is the stock of a
 * variant that exists, undefined for a new one. Tracked is what has a tracker, or a quantity where the file has no column
 * for one; a blank quantity keeps what there is, and is none for a new one.
 */
export const stockAsked = ({ tracked, quantity, oversold }: NamedStock, now: number | null | undefined): number | null | undefined => {
  const counts = !oversold && (tracked === true || (tracked === undefined && quantity !== null))
  const asked = counts ? (quantity ?? now ?? 0) : oversold || tracked === null || now === undefined ? null : now
  return asked === now ? undefined : asked
}

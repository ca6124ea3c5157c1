/** 2020-01-01, so that numbers stay exact (under 2^53) until 2089. */
const epochMs = 1_577_836_800_000

/**
 * A UUIDv7 as a number that sorts as the ids do: its milliseconds and the 12-bit counter behind them.
 * Rows are numbered by it, so that an index by number is an index by id, newest last.
 */
export const numberOf = (id: string): number =>
  (Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) - epochMs) * 4096 + Number.parseInt(id.slice(15, 18), 16)

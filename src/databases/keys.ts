import type { Heard } from '../contract/event.ts'
import type { Effect, Portable, Row } from './sql.ts'

/** What runs in Redis as one step. The same object at each call: it is loaded once by its identity. */
export interface Script { readonly lua: string }
/** `parts` are texts that several scripts share. */
export const lua = (text: TemplateStringsArray, ...parts: string[]): Script => ({ lua: String.raw({ raw: text }, ...parts) })

/**
 * A module's data in Redis, under a prefix that no other module's keys have. One script is atomic; keys that it touches
 * are named, without the prefix, in `KEYS`; such as it learns of on its way it names by `key('…')`.
 */
export interface Keys {
  run(script: Script, keys: readonly string[], values: readonly (string | number)[]): Promise<unknown>
  /** `run`, with the event's id in the inbox of the same step; a repeat runs nothing. A script that answers false makes it `stale`. */
  apply(cause: Heard, script: Script, keys: readonly string[], values: readonly (string | number)[]): Promise<Effect>
  /** Keys that begin so, without the prefix, each once, in no order; one that is made or gone meanwhile may be left out. */
  scan(begin: string): AsyncIterable<string>
  /** The module's rows with those of the inbox. A dump is not of one moment where the shop works on. */
  portable(layout: Layout): Portable
}

/** How a module's keys and neutral rows become one another. */
export interface Layout {
  /** A dump of another version is not taken. */
  readonly version: number
  /** By table. */
  readonly columns: Readonly<Record<string, readonly string[]>>
  rows(): AsyncIterable<Row>
  /** Some of a dump's rows; whatever they stand on was put before. Refuses what is there already. */
  put(rows: readonly Row[]): Promise<void>
}

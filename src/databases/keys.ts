/** What runs in Redis as one step. The same object at each call: it is loaded once by its identity. */
export interface Script { readonly lua: string }
export const lua = (text: TemplateStringsArray): Script => ({ lua: text.join('') })

/**
 * A module's data in Redis, under a prefix that no other module's keys have. One script is atomic; keys that it touches
 * are named, without the prefix, in `KEYS`.
 */
export interface Keys {
  run(script: Script, keys: readonly string[], values: readonly (string | number)[]): Promise<unknown>
  /** Keys that begin so, without the prefix, in no order; one that is made or gone meanwhile may be left out. */
  scan(begin: string): AsyncIterable<string>
}

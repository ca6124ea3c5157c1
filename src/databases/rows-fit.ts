import type { Static, TObject } from '@sinclair/typebox'
import { type TypeCheck, TypeCompiler } from '@sinclair/typebox/compiler'

const compiled = new WeakMap<TObject, TypeCheck<TObject>>()

/**
 * Says that these rows are what the schema says. In tests (`checked`) they are compared with it, and one that differs
 * throws, with its query; otherwise the query's author is believed.
 */
export const rowsFit = <R extends TObject>(schema: R, rows: unknown[], checked: boolean, query: readonly string[] = []): rows is Static<R>[] => {
  if (!checked) return true
  let check = compiled.get(schema)
  if (!check) compiled.set(schema, check = TypeCompiler.Compile<TObject>(schema))
  for (const row of rows) {
    if (check.Check(row)) continue
    const first = check.Errors(row).First()
    throw new Error(`A row does not fit its schema at ${first?.path ?? '/'}: ${first?.message ?? ''}. The query: ${query.join('?')}`)
  }
  return true
}

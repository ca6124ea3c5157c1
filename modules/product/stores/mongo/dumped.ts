import type { Static, TObject } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { Row } from '../../../../src/databases/sql.ts'

/** A dump's row as its shape has it; one that another version wrote is refused. */
export const columns = <T extends TObject>(shape: T, { table, row }: Row): Static<T> => {
  if (Value.Check(shape, row)) return row
  throw new Error(`The dump's ${table} has a row without what is known of it here: ${Value.Errors(shape, row).First()?.path ?? ''}`)
}

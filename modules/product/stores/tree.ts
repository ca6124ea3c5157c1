import { Type } from '@sinclair/typebox'
import { Nullable } from '../../../src/contract/scalars.ts'
import { type Sql, sql } from '../../../src/databases/sql.ts'
import { type Tree, treeOf } from '../rules/tree.ts'

const Row = Type.Object({ id: Type.String(), slug: Type.String(), name: Type.String(), parent: Nullable(Type.String()), path: Type.String() })

/**
 * The tree in memory, for searches. This process alone writes the file, and drops the copy with each change of the tree,
 * before the change is answered.
 */
export const treeIn = (db: Sql): { tree(): Promise<Tree>; changed(): void } => {
  let known: Promise<Tree> | undefined
  const load = async (): Promise<Tree> => {
    const rows = await db.read(Row, sql`select id, slug, name, parent, path from category order by name, slug`)
    return treeOf(rows.map((row) => ({ ...row, path: JSON.parse(row.path) })))
  }
  return {
    tree() {
      if (known) return known
      const loading = load()
      known = loading
      loading.catch(() => { if (known === loading) known = undefined })
      return loading
    },
    changed() { known = undefined },
  }
}

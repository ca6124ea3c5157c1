import { Type } from '@sinclair/typebox'
import { Nullable } from '../../../src/contract/scalars.ts'
import { type Sql, sql } from '../../../src/databases/sql.ts'
import { type Word, wordsOf } from '../rules/analyser.ts'

export interface Node { id: string; slug: string; name: string; parent: string | null; path: readonly string[]; words: readonly Word[] }
export interface Tree {
  readonly nodes: readonly Node[]
  readonly byId: ReadonlyMap<string, Node>
  readonly bySlug: ReadonlyMap<string, Node>
  /** The ids of the category with this slug and of all below it. */
  within(slug: string): readonly string[]
  /** The ids of those whose name has the word. */
  named(word: Word, alsoAsPrefix: boolean): readonly string[]
}
const Row = Type.Object({ id: Type.String(), slug: Type.String(), name: Type.String(), parent: Nullable(Type.String()), path: Type.String() })

const treeOf = (nodes: readonly Node[]): Tree => {
  const bySlug = new Map(nodes.map((node) => [node.slug, node]))
  return {
    nodes, bySlug, byId: new Map(nodes.map((node) => [node.id, node])),
    within: (slug) => nodes.filter((node) => node.path.includes(slug)).map((node) => node.id),
    named: ({ word, stem }, alsoAsPrefix) => nodes
      .filter((node) => node.words.some((own) => own.stem === stem || (alsoAsPrefix && own.word.startsWith(word))))
      .map((node) => node.id),
  }
}

/**
 * The tree in memory, for searches. This process alone writes the file, and drops the copy with each change of the tree,
 * before the change is answered.
 */
export const treeIn = (db: Sql): { tree(): Promise<Tree>; changed(): void } => {
  let known: Promise<Tree> | undefined
  const load = async (): Promise<Tree> => {
    const rows = await db.read(Row, sql`select id, slug, name, parent, path from category order by name, slug`)
    return treeOf(rows.map((row) => ({ ...row, path: JSON.parse(row.path), words: wordsOf(row.name) })))
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

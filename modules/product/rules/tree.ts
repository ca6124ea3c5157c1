import type { CategoryRecord } from '../store.ts'
import { type Word, wordsOf } from './analyser.ts'

/** A category with its place: `path` holds its slug and its ancestors', nearest first. */
export interface Node extends CategoryRecord { readonly path: readonly string[]; readonly words: readonly Word[] }
export interface Tree {
  readonly nodes: readonly Node[]
  readonly byId: ReadonlyMap<string, Node>
  readonly bySlug: ReadonlyMap<string, Node>
  /** The ids of the category with this slug and of all below it. */
  within(slug: string): readonly string[]
  /** The ids of those whose name has the word. */
  named(word: Word, alsoAsPrefix: boolean): readonly string[]
}

/** For searches. The nodes are in the order of their names. */
export const treeOf = (placed: readonly Omit<Node, 'words'>[]): Tree => {
  const nodes = placed.map((node) => ({ ...node, words: wordsOf(node.name) }))
  const bySlug = new Map(nodes.map((node) => [node.slug, node]))
  return {
    nodes, bySlug, byId: new Map(nodes.map((node) => [node.id, node])),
    within: (slug) => nodes.filter((node) => node.path.includes(slug)).map((node) => node.id),
    named: ({ word, stem }, alsoAsPrefix) => nodes
      .filter((node) => node.words.some((own) => own.stem === stem || (alsoAsPrefix && own.word.startsWith(word))))
      .map((node) => node.id),
  }
}

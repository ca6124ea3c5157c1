import { Type } from '@sinclair/typebox'
import { withStore } from '../../conformance.ts'
import type { Collection, Documents } from '../../documents.ts'

/** An empty store with the collections below; `advance` moves its clock. */
export interface OpenedDocuments { readonly documents: Documents; close(): Promise<void>; advance(ms: number): void }
export type OpenDocuments = () => Promise<OpenedDocuments>
/** A file of suites/ is one capability, declared as cases for documents that can be opened again and again. */
export type DocumentSuite = (open: OpenDocuments) => void

const Part = Type.Object({ name: Type.String(), size: Type.Integer() })
export const Thing = Type.Object({
  _id: Type.String(),
  n: Type.Integer({ minimum: 0 }),
  slug: Type.Optional(Type.String()),
  group: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  place: Type.Optional(Type.Integer()),
  tags: Type.Optional(Type.Array(Type.String())),
  parts: Type.Optional(Type.Array(Part)),
  holds: Type.Optional(Type.Record(Type.String(), Type.Object({ quantity: Type.Integer(), token: Type.String() }))),
})
const Mark = Type.Object({ _id: Type.Integer(), text: Type.String() })

export const suiteCollections: readonly Collection[] = [
  {
    name: 'thing', shape: Thing, tells: true,
    indexes: [{ fields: { slug: 1 }, unique: true, present: true }, { fields: { n: 1, _id: 1 } }, { fields: { tags: 1 } }],
  },
  // Its pairs are unique, in every document.
  {
    name: 'pair', shape: Type.Object({ _id: Type.String(), left: Type.String(), right: Type.Integer() }), tells: true,
    indexes: [{ fields: { left: 1, right: -1 }, unique: true }],
  },
  { name: 'mark', shape: Mark, indexes: [] },
]

/** Opens documents for one case and closes them after. */
export const inCase = (open: OpenDocuments, use: (opened: OpenedDocuments) => Promise<void>) => (): Promise<void> => withStore(open, use)

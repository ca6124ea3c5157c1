import { type Static, Type } from '@sinclair/typebox'
import type { Heard } from '../contract/event.ts'
import type { Migration, Row, Sql } from './sql.ts'

/** An empty store with the schema below; `advance` moves its clock. */
export interface Opened { readonly sql: Sql; close(): Promise<void>; advance(ms: number): void }
export type Open = () => Promise<Opened>
/** A file of suites/ is one capability, declared as cases for a store that can be opened again and again. */
export type Suite = (open: Open) => void

/** The schema that the suites work on, in either dialect. */
export const suiteMigrations = (dialect: Sql['dialect']): Migration[] => [{
  name: 'shelves and items',
  statements: [
    'CREATE TABLE shelf (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE)',
    // Named so that it comes before its parent in the alphabet.
    `CREATE TABLE item (
      id TEXT PRIMARY KEY,
      shelf_id TEXT NOT NULL REFERENCES shelf (id),
      inside TEXT REFERENCES item (id),
      quantity BIGINT NOT NULL CHECK (quantity >= 0),
      weight DOUBLE PRECISION,
      note TEXT,
      seal ${dialect === 'sqlite' ? 'BLOB' : 'BYTEA'}
    )`,
  ],
}]

export const Item = Type.Object({
  id: Type.String(),
  shelf_id: Type.String(),
  inside: Type.Union([Type.String(), Type.Null()]),
  quantity: Type.Integer(),
  weight: Type.Union([Type.Number(), Type.Null()]),
  note: Type.Union([Type.String(), Type.Null()]),
  seal: Type.Union([Type.Uint8Array(), Type.Null()]),
})
export type Item = Static<typeof Item>

/** Opens a store for one case and closes it after. */
export const withStore = async <O extends { close(): Promise<void> }>(open: () => Promise<O>, use: (opened: O) => Promise<void>): Promise<void> => {
  const opened = await open()
  try {
    await use(opened)
  } finally {
    await opened.close()
  }
}

export const moved = (number: number) => ({ type: 'item.moved.v1', data: { number } }) as const
export const heard = (id: string): Heard => ({ id, type: 'item.moved.v1', time: '2026-01-02T03:04:05.678Z', trace: 'c'.repeat(32), data: { number: 1 } })
/** A signal that never aborts. */
export const patient = (): AbortSignal => new AbortController().signal

export const collect = async (rows: AsyncIterable<Row>): Promise<Row[]> => {
  const all: Row[] = []
  for await (const row of rows) all.push(row)
  return all
}
export async function* stream(rows: readonly Row[]): AsyncGenerator<Row> { yield* rows }

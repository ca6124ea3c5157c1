import { createHash } from 'node:crypto'
import { type Row, schemaTable } from '../../src/databases/sql.ts'

/** How many rows a table has, and a sum over them that their order does not change. */
export interface TableDigest { rows: number; sum: string }
/** A store's, by table; those without rows are not named. */
export type Digest = Readonly<Record<string, TableDigest>>

const modulus = 1n << 128n

/** A row as text: its columns in the alphabet's order. */
export const canonical = (row: Row['row']): string => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))

/** Sums up a store. Each row's hash is added, so that the same row twice is not the same as never. */
export const digestOf = async (rows: AsyncIterable<Row>): Promise<Digest> => {
  const tables = new Map<string, { rows: number; sum: bigint }>()
  for await (const { table, row } of rows) {
    if (table === schemaTable) continue
    const hash = createHash('sha256').update(`${table} ${canonical(row)}`).digest('hex').slice(0, 32)
    const known = tables.get(table) ?? { rows: 0, sum: 0n }
    tables.set(table, { rows: known.rows + 1, sum: (known.sum + BigInt(`0x${hash}`)) % modulus })
  }
  return Object.fromEntries([...tables].sort(([a], [b]) => (a < b ? -1 : 1)).map(([table, { rows: count, sum }]) => [table, { rows: count, sum: sum.toString(16).padStart(32, '0') }]))
}

export const rowsIn = (digest: Digest): number => Object.values(digest).reduce((sum, { rows }) => sum + rows, 0)

/** What is not the same in both, a sentence each. */
export const differences = (from: Digest, to: Digest): string[] =>
  [...new Set([...Object.keys(from), ...Object.keys(to)])].sort().flatMap((table) => {
    const [a, b] = [from[table], to[table]]
    if (a?.rows !== b?.rows) return [`${table} has ${a?.rows ?? 0} rows here and ${b?.rows ?? 0} there`]
    return a?.sum === b?.sum ? [] : [`${table} has ${a?.rows ?? 0} rows on both sides, and not the same ones`]
  })

import { createHash } from 'node:crypto'
import { invalidCursor } from '../contract/faults.ts'

/** A list's position: the sort values of the last item shown, in the order of the sort. */
export type CursorValue = string | number | null

/**
 * An opaque cursor. `binding` names the list, its sort and its filters in one text, so that a cursor of another list is
 * refused; the checksum over both finds a damaged one too. It hides and protects nothing: whoever forges one sees
 * another part of the list that they may read anyway.
 */
export const encodeCursor = (binding: string, values: readonly CursorValue[]): string => {
  const json = JSON.stringify(values)
  return `${checksum(binding, json)}${Buffer.from(json).toString('base64url')}`
}

/** The values of a cursor that was made under this very binding; throws `invalid_cursor` for any other text. */
export const decodeCursor = (binding: string, cursor: string): CursorValue[] => {
  const json = Buffer.from(cursor.slice(checksumLength), 'base64url').toString()
  if (cursor !== `${checksum(binding, json)}${Buffer.from(json).toString('base64url')}`) throw wrong()
  const values: unknown = JSON.parse(json)
  if (!Array.isArray(values) || !values.every(isValue)) throw wrong()
  return values
}

const checksumLength = 16
const checksum = (binding: string, json: string) =>
  createHash('sha256').update(JSON.stringify([binding, json])).digest('base64url').slice(0, checksumLength)
const isValue = (value: unknown): value is CursorValue => value === null || typeof value === 'string' || typeof value === 'number'
const wrong = () => invalidCursor(undefined, { errors: [{ in: 'query', path: '/cursor', message: 'is not a cursor of this list' }] })

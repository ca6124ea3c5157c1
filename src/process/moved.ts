import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'

const Digests = Type.Record(Type.String(), Type.Object({ rows: Type.Integer(), sum: Type.String() }))

/** What is remembered of a data folder's move to servers, in the folder itself. */
export const Moving = Type.Object({
  begun: Type.String(),
  /** Null while it is under way. */
  finished: Type.Union([Type.String(), Type.Null()]),
  stores: Type.Record(Type.String(), Type.Object({
    /** Where to, without a password. */
    to: Type.String(),
    state: Type.Union([Type.Literal('loading'), Type.Literal('done')]),
    /** The rows that were copied. */
    tables: Digests,
  })),
})
export type Moving = Static<typeof Moving>

export const movingFile = (folder: string): string => join(folder, 'moved.json')

/** What is known of the move of this data folder; null where there was none. */
export const movingOf = (folder: string): Moving | null => {
  const path = movingFile(folder)
  if (!existsSync(path)) return null
  const found: unknown = JSON.parse(readFileSync(path, 'utf8'))
  if (!Value.Check(Moving, found)) throw new Error(`${path} is not as npm run move writes it; delete it to forget the move`)
  return found
}

/** What stands in the way of opening these embedded stores: they were moved, and selling on from what stayed behind would split the shop in two. */
export const movedAway = (folder: string, stores: readonly string[]): { name: string; message: string }[] => {
  const moving = movingOf(folder)
  if (moving === null || moving.finished === null) return []
  const { finished } = moving
  return stores.flatMap((name) => {
    const moved = moving.stores[name]
    return moved?.state !== 'done' ? [] : [{
      name, message: `was moved to ${moved.to} at ${finished}, and ${folder} holds it as it was before: name that server in the settings. To go back to the old data, delete ${movingFile(folder)}`,
    }]
  })
}

/** The same for a command: what stayed behind would be counted or copied as if it were the shop. */
export const refuseMoved = (folder: string, stores: readonly string[]): void => {
  const away = movedAway(folder, stores)
  if (away.length > 0) throw new Error(away.map(({ name, message }) => `${name}: ${message}`).join('\n'))
}

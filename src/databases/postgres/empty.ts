import { quoted } from '../neutral.ts'
import { inTransaction } from './long.ts'
import { tablesOf } from './tables.ts'

/** Takes every row out of a schema; what stays is a store that was just made. */
export const emptySchema = (options: { url: string; schema: string }): Promise<void> => inTransaction(options, async (db) => {
  const tables = await tablesOf(db)
  if (tables.length > 0) await db.unsafe(`TRUNCATE ${tables.map(({ name }) => quoted(name)).join(', ')} RESTART IDENTITY`)
})

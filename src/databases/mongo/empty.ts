import { type Place, connectTo } from './client.ts'
import { keptName } from './outbox.ts'

/** Takes every document out of a store's collections, also those whose events are not published. */
export const emptyCollections = async (place: Place, collections: readonly string[]): Promise<void> => {
  const { client, db } = await connectTo({ ...place, connections: 1 })
  try {
    for (const name of [...collections, keptName]) await db.collection(name).deleteMany({})
  } finally {
    await client.close()
  }
}

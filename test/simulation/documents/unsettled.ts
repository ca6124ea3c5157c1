import type { Documents } from '../../../src/databases/documents.ts'

/** How much of the stock is still on its way: steps begun, moves and keyed answers open, holds, and what was not told. */
export const unsettled = async (documents: Documents): Promise<number> => {
  const counts = await Promise.all([
    documents.count('reservation', { $or: [{ follows: true }, { state: 'reserving' }] }),
    documents.count('move', { open: true }),
    documents.count('answered', { 'pending.effect': { $exists: true } }),
    documents.count('stock', { $or: [{ held: { $gt: 0 } }, { untold: true }] }),
  ])
  return counts.reduce((sum, one) => sum + one, 0)
}

import type { Documents } from '../../../../src/databases/documents.ts'
import { Violation } from '../../../../src/databases/sql.ts'
import type { SampleStore } from '../../importing-store.ts'
import { samples } from './collections.ts'

const only = 'sample'

export const sampleIn = (documents: Documents): SampleStore => ({
  sampleDecided: async () => (await documents.count(samples, { _id: only })) > 0,
  async decideSample(at) {
    try {
      await documents.insert(samples, [{ _id: only, decidedAt: at }])
    } catch (error) {
      if (!(error instanceof Violation)) throw error
    }
  },
})

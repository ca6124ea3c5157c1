import assert from 'node:assert/strict'
import { type Open, withStore } from '../products.ts'

export default (open: Open): void => {
  const promise = withStore(open)

  promise('whether there is a sample catalogue is decided once', async (store) => {
    assert.equal(await store.sampleDecided(), false)
    await Promise.all([store.decideSample(1), store.decideSample(2)])
    assert.equal(await store.sampleDecided(), true)
  })
}

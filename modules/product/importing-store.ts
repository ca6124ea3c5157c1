/** Whether this store has begun with the sample catalogue, or without it on purpose: asked once in its life. */
export interface SampleStore {
  sampleDecided(): Promise<boolean>
  /** From now on it is; said again it changes nothing. */
  decideSample(at: number): Promise<void>
}

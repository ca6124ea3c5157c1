import { Type } from '@sinclair/typebox'
import type { Given } from '../../src/module/module.ts'
import { currency } from '../../src/module/setting.ts'
import type { ProductStore } from './store.ts'

export const settings = Type.Object({
  currency,
  sampleCatalogue: Type.Boolean({ default: true, description: '`off` begins with an empty shop instead of the sample catalogue' }),
})
export type ProductGiven = Given<Record<never, never>, ProductStore, typeof settings>

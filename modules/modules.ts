import type { Module } from '../src/module/module.ts'
import { authModule } from './auth/module.ts'
import { cartModule } from './cart/module.ts'
import { orderModule } from './order/module.ts'
import { productModule } from './product/module.ts'

/** Every module, in the order in which they start: one comes after those it calls. */
export const everyModule: readonly Module[] = [productModule, cartModule, authModule, orderModule]

export { auth } from './auth/contract/index.ts'
export { cart } from './cart/contract/index.ts'
export { order } from './order/contract/index.ts'
export { product } from './product/contract/index.ts'

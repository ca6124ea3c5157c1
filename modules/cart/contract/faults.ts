import { fault } from '../../../src/contract/fault.ts'

export const variantNotFound = fault('variant_not_found', 404, 'There is no such variant to buy')
export const lineNotFound = fault('line_not_found', 404, 'The cart has no such line')
export const outOfStock = fault('out_of_stock', 409, 'There is not enough in stock')
export const quantityLimit = fault('quantity_limit', 409, 'A line holds at most 999 pieces')
export const cartFull = fault('cart_full', 409, 'A cart holds at most 100 lines')
export const amountLimit = fault('amount_limit', 409, 'The cart would be worth more than can be charged at once')

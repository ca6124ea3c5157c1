import { fault } from '../../../src/contract/fault.ts'

export const productNotFound = fault('product_not_found', 404, 'There is no such product')
export const variantNotFound = fault('variant_not_found', 404, 'There is no such variant')
export const categoryNotFound = fault('category_not_found', 404, 'There is no such category')
export const slugTaken = fault('slug_taken', 409, 'Another one has this slug')
export const categoryNotEmpty = fault('category_not_empty', 409, 'The category has subcategories')
export const insufficientStock = fault('insufficient_stock', 409, 'There would be less than none in stock')
export const stockUntracked = fault('stock_untracked', 409, 'This variant\'s stock is not counted')

import { contract } from '../../../src/contract/contract.ts'
import * as categories from './categories.ts'
import * as events from './events.ts'
import * as inner from './inner.ts'
import * as operations from './operations.ts'

export const product = contract('product', {
  port: 3002,
  operations: {
    listProducts: operations.listProducts,
    importProducts: operations.importProducts,
    exportProducts: operations.exportProducts,
    showProduct: operations.showProduct,
    createProduct: operations.createProduct,
    patchProduct: operations.patchProduct,
    deleteProduct: operations.deleteProduct,
    setStock: operations.setStock,
    listCategories: categories.listCategories,
    createCategory: categories.createCategory,
    patchCategory: categories.patchCategory,
    deleteCategory: categories.deleteCategory,
  },
  inner: { quote: inner.quote, reserve: inner.reserve, commit: inner.commit, release: inner.release, giveBack: inner.giveBack },
  events: events,
  hears: {},
})

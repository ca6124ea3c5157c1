import * as contracts from '../modules/contracts.ts'
import { productModule } from '../modules/product/module.ts'
import { serve } from '../src/process/serve.ts'

/** One service. */
export default await serve({ modules: [productModule], gateway: false, contracts: Object.values(contracts), title: 'Mercado product' })

import * as contracts from '../modules/contracts.ts'
import { cartModule } from '../modules/cart/module.ts'
import { serve } from '../src/process/serve.ts'

/** One service. */
export default await serve({ modules: [cartModule], gateway: false, contracts: Object.values(contracts), title: 'Mercado cart' })

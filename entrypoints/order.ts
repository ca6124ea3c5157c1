import * as contracts from '../modules/contracts.ts'
import { orderModule } from '../modules/order/module.ts'
import { serve } from '../src/process/serve.ts'

/** One service. */
export default await serve({ modules: [orderModule], gateway: false, contracts: Object.values(contracts), title: 'Mercado order' })

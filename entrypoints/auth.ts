import * as contracts from '../modules/contracts.ts'
import { authModule } from '../modules/auth/module.ts'
import { serve } from '../src/process/serve.ts'

/** One service. */
export default await serve({ modules: [authModule], gateway: false, contracts: Object.values(contracts), title: 'Mercado auth' })

import * as contracts from '../modules/contracts.ts'
import { serve } from '../src/process/serve.ts'

/** Where clients come in: every module is reached at its URLs. */
export default await serve({ modules: [], gateway: true, contracts: Object.values(contracts), title: 'Mercado' })

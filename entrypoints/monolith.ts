import * as contracts from '../modules/contracts.ts'
import { everyModule } from '../modules/modules.ts'
import { environment } from '../src/process/environment.ts'
import { roleOf } from '../src/process/role.ts'
import { serve } from '../src/process/serve.ts'

/** The whole shop in one process, or what MODULES says of it. */
export default await serve({ ...roleOf(everyModule, environment()), contracts: Object.values(contracts), title: 'Mercado' })

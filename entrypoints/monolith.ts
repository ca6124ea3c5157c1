import { everyModule } from '../modules/modules.ts'
import { serve } from '../src/process/serve.ts'

/** The whole shop in one process. */
export default await serve({ modules: everyModule, title: 'Mercado' })

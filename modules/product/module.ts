import { module } from '../../src/module/module.ts'
import { product } from './contract/index.ts'
import { categorising } from './operations/categorising.ts'
import { editing } from './operations/editing.ts'
import { exporting } from './operations/exporting.ts'
import { importing } from './operations/importing.ts'
import { reading } from './operations/reading.ts'
import { reserving } from './operations/reserving.ts'
import { stocking } from './operations/stocking.ts'
import { refreshing, resuming, telling, tidying } from './operations/telling.ts'
import { importSample } from './sample/sample.ts'
import { settings } from './settings.ts'
import { migrations } from './stores/migrations.ts'
import { collections, openMongo } from './stores/mongo.ts'
import { open } from './stores/sqlite.ts'

export const productModule = module({
  contract: product,
  uses: {},
  settings,
  stores: {
    sqlite: { migrations, open, mmapBytes: 1024 ** 3, remade: ['word'] },
    mongo: { collections, open: openMongo },
  },
  measures: { stock_conflicts: { kind: 'counter', help: 'Reservations and changes of stock refused because there was too little' } },
  build: (given) => ({
    operations: {
      ...reading(given), ...editing(given), ...stocking(given), ...reserving(given), ...categorising(given),
      ...importing(given), ...exporting(given),
    },
    hears: {},
    jobs: [telling(given), resuming(given), refreshing(given), tidying(given)],
    start: () => importSample(given),
  }),
})

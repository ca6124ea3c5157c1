import { module } from '../../src/module/module.ts'
import { product } from '../product/contract/index.ts'
import { cart } from './contract/index.ts'
import { hears } from './hears.ts'
import { checkout } from './operations/checkout.ts'
import { desk } from './operations/desk.ts'
import { items } from './operations/items.ts'
import { merging } from './operations/merging.ts'
import { destination, reading } from './operations/reading.ts'
import { sweeping } from './operations/sweeping.ts'
import { pricingOf, refusedMethods, settings } from './settings.ts'
import { migrations } from './stores/migrations.ts'
import { openRedis } from './stores/redis.ts'
import { openSqlite } from './stores/sqlite.ts'

export const cartModule = module({
  contract: cart,
  uses: { product },
  settings,
  refuses: refusedMethods,
  stores: { sqlite: { migrations, open: openSqlite }, redis: { open: openRedis } },
  build(given) {
    const pricing = pricingOf(given.settings)
    const front = desk(given, pricing)
    const merge = merging(given, front)
    return {
      operations: { ...reading(given, front, pricing), ...items(given, front), ...destination(given, front, pricing), ...checkout(given, front, pricing), merge },
      hears: hears(given, merge),
      jobs: [sweeping(given)],
    }
  },
})

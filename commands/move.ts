import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { everyModule } from '../modules/modules.ts'
import { StartError } from '../src/process/check.ts'
import { environment } from '../src/process/environment.ts'
import { move } from './move/move.ts'

const usage = `npm run move -- --from DIR --to env [--dry-run]
Copies an embedded shop into the servers that the settings name (POSTGRES_URL, MONGO_URL, REDIS_URL, RABBITMQ_URL, as for
npm start), store by store, and compares what arrived. The shop must be stopped. Its folder stays as it is, but for the file
moved.json, which says how far the move is: interrupted, it goes on when it is called again.
  --from DIR   the data folder of the embedded shop
  --to env     the servers that the environment names
  --dry-run    only says what would go where`

const main = async (): Promise<number> => {
  const { values } = parseArgs({ options: {
    from: { type: 'string' }, to: { type: 'string' }, 'dry-run': { type: 'boolean', default: false }, help: { type: 'boolean', default: false },
  } })
  if (values.help) {
    console.log(usage)
    return 0
  }
  if (values.from === undefined || values.to !== 'env') {
    console.error(usage)
    return 2
  }
  const from = performance.now()
  await move({
    from: values.from, env: environment(), modules: everyModule, dryRun: values['dry-run'],
    say: (line) => console.log(line.trimEnd()),
  })
  if (!values['dry-run']) console.log(`Moved in ${((performance.now() - from) / 1000).toFixed(1)} s. ${resolve(values.from)} is as it was; start the shop with these settings, and npm run audit counts it.`)
  return 0
}

main().then((code) => { process.exitCode = code }, (error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = error instanceof TypeError || error instanceof StartError ? 2 : 1
})

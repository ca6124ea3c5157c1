/**
 * What the shop does, as a ratio to the bare work in the same run, and what it needs. Exits with 1 where a figure that is
 * required is missed.
 *
 *   npm run bench -- [--only detail,list,search,add,checkout,start,import,growth,gateway,split,servers] [--seconds 3] [--rounds 5]
 *                    [--products 1000] [--large 100000] [--profile]
 */
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { load } from './connections.ts'
import { gatewayBesideNginx } from './gateway.ts'
import { growth } from './growth.ts'
import { emptyFolder, prepared } from './prepared.ts'
import { checkoutOnServers } from './on-servers.ts'
import { profile } from './profile.ts'
import { type Operation, operations, ratios } from './ratios.ts'
import { type Figure, isMissed, line } from './report.ts'
import { details } from './requests.ts'
import { importing, starting } from './running.ts'
import { startCeiling } from './servers.ts'
import { measured, splitting } from './shapes.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string' }, seconds: { type: 'string', default: '3' }, rounds: { type: 'string', default: '5' },
    products: { type: 'string', default: '1000' }, large: { type: 'string', default: '100000' }, profile: { type: 'boolean', default: false },
  },
})
const CONNECTIONS = 32
const IMPORTED = 20_000
const parts = [...operations, 'start', 'import', 'growth']
/** These stand on servers or nginx, which not every machine has: measured where they are asked for. */
const onServers = ['gateway', 'split', 'servers']
const only = values.only?.split(',') ?? parts
for (const part of only) if (![...parts, ...onServers].includes(part)) throw new Error(`--only takes ${[...parts, ...onServers].join(', ')}, not ${part}`)
const number = (name: 'seconds' | 'rounds' | 'products' | 'large'): number => {
  const value = Number(values[name])
  if (!(value > 0)) throw new Error(`--${name} takes a number above zero`)
  return value
}
const rounds = { rounds: number('rounds'), ms: number('seconds') * 1000, connections: CONNECTIONS }

const missed: Figure[] = []
const say = (figure: Figure): void => {
  if (isMissed(figure)) missed.push(figure)
  console.log(line(figure))
}
const note = (text: string): void => console.log(`        ${text}`)

console.log(`${cpus().length} × ${cpus()[0]?.model ?? 'processor'}, Node ${process.versions.node}, ${new Date().toISOString()}`)
const wanted = operations.filter((one): one is Operation => only.includes(one))
if (values.profile) {
  for (const operation of wanted) await profile(operation, await prepared(number('products'), note), rounds, note)
} else {
  if (only.includes('start')) await starting(say)
  if (only.includes('import')) await importing(IMPORTED, say)
  if (wanted.length > 0) {
    const ceiling = await startCeiling(emptyFolder())
    const { answered, ms } = await load({ port: ceiling.port, connections: CONNECTIONS, ms: 2000, next: details(['x']).next })
    await ceiling.stop()
    note(`the load itself reaches ${Math.round(answered / ms * 1000)} requests/s`)
    await ratios(await prepared(number('products'), note), wanted, rounds, say)
  }
  if (only.includes('gateway')) await gatewayBesideNginx(rounds, say)
  if (only.includes('split')) await splitting(measured, rounds, say)
  if (only.includes('servers')) await checkoutOnServers(rounds, say)
  if (only.includes('growth')) {
    const large = await prepared(number('large'), note)
    const { at, products, seconds, grownMb } = large.imported
    say({ name: `import of ${products} products, memory grown`, value: grownMb, unit: 'MB', most: 150, about: `${Math.round(products / seconds)} products/s, measured ${at}` })
    await growth(await prepared(number('products'), note), large, { ...rounds, rounds: Math.min(rounds.rounds, 3) }, say)
  }
  console.log(missed.length === 0 ? 'Nothing that is required was missed.' : `Missed: ${missed.map(({ name }) => name).join('; ')}.`)
  process.exitCode = missed.length === 0 ? 0 : 1
}

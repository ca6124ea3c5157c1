import { parseArgs } from 'node:util'
import { simulateStock } from '../test/simulation/documents/stock-course.ts'
import { simulate } from '../test/simulation/simulation.ts'

const usage = `npm run simulate -- [--seeds N] [--from N] | [--seed N] [--steps N] [--all], each with [--documents | --stock]
Runs the shop's checkout in virtual time through crashes, freezes, lost and doubled messages, and counts it afterwards.
Each seed is another course of events, the same one at every run. docs/simulation.md says what is simulated and what not.
  --seeds N   how many seeds; default 200
  --from N    the first of them; default 1
  --seed N    one seed alone, with the story of how it failed
  --documents the products are kept in documents, of which only one's change is atomic
  --stock     only their stock and its reservations, in documents
  --steps N   shopping and faults end after N steps, to shorten a story
  --all       with --seed: everything that happened
Ends with 1 where a seed fails, and prints the command that replays it.`

/** What runs, the option that chooses it, and what it counts. */
interface Course {
  option: string
  run(seed: number, options: { steps?: number }): Promise<{
    problems: readonly string[]; story: readonly string[]; lines: readonly string[]; digest: string; about: { steps: number; orders: number; virtualMs: number }
  }>
}
const shop: Course = { option: '', run: simulate }
const onDocuments: Course = { option: ' --documents', run: (seed, options) => simulate(seed, { ...options, documents: true }) }
const stock: Course = { option: ' --stock', run: simulateStock }

const whole = (text: string | undefined, otherwise: number): number => {
  const value = text === undefined ? otherwise : Number(text)
  if (!Number.isSafeInteger(value) || value < 0) throw new TypeError(usage)
  return value
}
const first = ({ problems }: { problems: readonly string[] }): string =>
  `${problems[0]?.split('\n')[0] ?? ''}${problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''}`

const one = async ({ run }: Course, seed: number, options: { steps?: number }, all: boolean): Promise<number> => {
  const ended = await run(seed, options)
  console.log((all ? ended.lines : ended.story).join('\n'))
  const { steps, orders, virtualMs } = ended.about
  const virtual = `${Math.round(virtualMs / 1000)} s of virtual time`
  console.log(`\nseed ${seed}: ${steps} steps, ${orders} orders, ${virtual}, digest ${ended.digest.slice(0, 16)}`)
  for (const problem of ended.problems) console.log(`  ${problem}`)
  console.log(ended.problems.length === 0 ? 'No violations.' : `Violations: ${ended.problems.length}.`)
  return ended.problems.length === 0 ? 0 : 1
}

const many = async ({ run, option }: Course, from: number, seeds: number, options: { steps?: number }): Promise<number> => {
  const began = performance.now()
  let failed = 0
  let orders = 0
  let virtualMs = 0
  for (let seed = from; seed < from + seeds; seed++) {
    const ended = await run(seed, options)
    orders += ended.about.orders
    virtualMs += ended.about.virtualMs
    if (process.stderr.isTTY) process.stderr.write(`\rseed ${seed}, ${failed} failed `)
    if (ended.problems.length === 0) continue
    failed++
    console.log(`seed ${seed} fails: ${first(ended)}\n  npm run simulate --${option} --seed ${seed}`)
  }
  const hours = Math.round(virtualMs / 3_600_000).toLocaleString('en')
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  console.log(`${seeds} seeds, ${failed} failed; ${orders.toLocaleString('en')} orders, ${hours} hours of virtual time in ${seconds} s`)
  return failed === 0 ? 0 : 1
}

const main = async (): Promise<number> => {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string' }, from: { type: 'string' }, seed: { type: 'string' }, steps: { type: 'string' },
      all: { type: 'boolean', default: false }, documents: { type: 'boolean', default: false },
      stock: { type: 'boolean', default: false }, help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const options = values.steps === undefined ? {} : { steps: whole(values.steps, 0) }
  const course = values.stock ? stock : values.documents ? onDocuments : shop
  if (values.seed !== undefined) return one(course, whole(values.seed, 0), options, values.all)
  return many(course, whole(values.from, 1), whole(values.seeds, 200), options)
}

main().then((code) => { process.exitCode = code }, (error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = error instanceof TypeError ? 2 : 1
})

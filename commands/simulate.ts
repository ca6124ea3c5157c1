import { parseArgs } from 'node:util'
import { type Ended, simulate } from '../test/simulation/simulation.ts'

const usage = `npm run simulate -- [--seeds N] [--from N] | [--seed N] [--steps N] [--all]
Runs the shop's checkout in virtual time through crashes, freezes, lost and doubled messages, and counts it afterwards.
Each seed is another course of events, the same one at every run. docs/simulation.md says what is simulated and what not.
  --seeds N   how many seeds; default 200
  --from N    the first of them; default 1
  --seed N    one seed alone, with the story of how it failed
  --steps N   shopping and faults end after N steps, to shorten a story
  --all       with --seed: everything that happened
Ends with 1 where a seed fails, and prints the command that replays it.`

const whole = (text: string | undefined, otherwise: number): number => {
  const value = text === undefined ? otherwise : Number(text)
  if (!Number.isSafeInteger(value) || value < 0) throw new TypeError(usage)
  return value
}
const first = ({ problems }: Ended): string =>
  `${problems[0]?.split('\n')[0] ?? ''}${problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''}`

const one = async (seed: number, options: { steps?: number }, all: boolean): Promise<number> => {
  const ended = await simulate(seed, options)
  console.log((all ? ended.lines : ended.story).join('\n'))
  const { steps, answers, virtualMs } = ended.about
  const virtual = `${Math.round(virtualMs / 1000)} s of virtual time`
  console.log(`\nseed ${seed}: ${steps} steps, ${answers} journal entries, ${virtual}, digest ${ended.digest.slice(0, 16)}`)
  for (const problem of ended.problems) console.log(`  ${problem}`)
  console.log(ended.problems.length === 0 ? 'No violations.' : `Violations: ${ended.problems.length}.`)
  return ended.problems.length === 0 ? 0 : 1
}

const many = async (from: number, seeds: number, options: { steps?: number }): Promise<number> => {
  const began = performance.now()
  let failed = 0
  let answers = 0
  let virtualMs = 0
  for (let seed = from; seed < from + seeds; seed++) {
    const ended = await simulate(seed, options)
    answers += ended.about.answers
    virtualMs += ended.about.virtualMs
    if (process.stderr.isTTY) process.stderr.write(`\rseed ${seed}, ${failed} failed `)
    if (ended.problems.length === 0) continue
    failed++
    console.log(`seed ${seed} fails: ${first(ended)}\n  npm run simulate -- --seed ${seed}`)
  }
  const hours = Math.round(virtualMs / 3_600_000).toLocaleString('en')
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  console.log(`${seeds} seeds, ${failed} failed; ${answers.toLocaleString('en')} journal entries, ${hours} hours of virtual time in ${seconds} s`)
  return failed === 0 ? 0 : 1
}

const main = async (): Promise<number> => {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string' }, from: { type: 'string' }, seed: { type: 'string' }, steps: { type: 'string' },
      all: { type: 'boolean', default: false }, help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const options = values.steps === undefined ? {} : { steps: whole(values.steps, 0) }
  if (values.seed !== undefined) return one(whole(values.seed, 0), options, values.all)
  return many(whole(values.from, 1), whole(values.seeds, 200), options)
}

main().then((code) => { process.exitCode = code }, (error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = error instanceof TypeError ? 2 : 1
})

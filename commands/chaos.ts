import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chaos } from '../test/chaos/chaos.ts'
import { shapes } from '../test/shop.ts'
import { printed, violations } from './audit/printed.ts'

const usage = `npm run chaos -- [--minutes 10] [--buyers 16] [--seed N] [--keep]
Starts a shop in a folder of its own, lets buyers buy, kills it (kill -9) at random and starts it again, and at the end
counts it with every answer that the buyers got. A folder with violations is kept, with the journal in it.
  --minutes N  how long; parts of a minute too
  --buyers N   how many buy at once
  --seed N     of what buyers choose and when the shop is killed; how far each gets is the machine's
  --keep       keeps the folder in any case
Ends with 1 where anything is wrong.`

const whole = (text: string, least: number): number | null => {
  const number = Number(text)
  return Number.isInteger(number) && number >= least ? number : null
}

const main = async (): Promise<number> => {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' }, buyers: { type: 'string', default: '16' }, seed: { type: 'string' },
      keep: { type: 'boolean', default: false }, help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const minutes = Number(values.minutes)
  const buyers = whole(values.buyers, 1)
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : whole(values.seed, 0)
  const [shape] = shapes
  if (!(minutes > 0) || buyers === null || seed === null || shape === undefined) {
    console.error(usage)
    return 2
  }
  console.log(`${minutes} minutes, ${buyers} buyers, seed ${seed}`)
  const { checks, kills, answers, folder, journal, exitCode } = await chaos({ shape, forMs: minutes * 60_000, buyers, seed, progress: (line) => console.log(line) })
  console.log(`\n${kills} kills. Answers:`)
  for (const [answer, count] of answers) console.log(`  ${String(count).padStart(7)}  ${answer}`)
  console.log(`\n${printed(checks)}\n`)
  const found = violations(checks)
  if (exitCode !== 0) console.log(`The shop ended with ${exitCode} at its last SIGTERM.`)
  if (found > 0 || values.keep) {
    writeFileSync(join(folder, 'journal.log'), journal.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
    console.log(`Kept: ${folder}; what the buyers saw is in its journal.log`)
  } else {
    rmSync(folder, { recursive: true, force: true })
  }
  console.log(found === 0 ? 'No violations.' : `${found} violations.`)
  return found === 0 && exitCode === 0 ? 0 : 1
}

main().then((code) => { process.exitCode = code }, (error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = error instanceof TypeError ? 2 : 1
})

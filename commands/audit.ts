import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { shopFolder } from '../src/process/shop-folder.ts'
import { auditFolder } from './audit/folder.ts'
import { parseJournal } from './audit/journal.ts'
import { printed, violations } from './audit/printed.ts'

const usage = `npm run audit -- [--data DIR] [--journal FILE] [--wait SECONDS] [--json]
Counts a shop from outside: its orders, the payment provider's ledger, stock, carts and events. docs/auditing.md says what
each check means. The shop may be running, but should be at rest: what is half done counts as a violation.
  --data DIR       the shop's data folder; default MERCADO_DATA
  --journal FILE   what clients saw, one JSON entry a line; without it checks 1 and 11 have nothing to look at
  --wait SECONDS   gives a shop that is at work so long to come to rest
  --json           the checks as JSON, with every finding
Ends with 1 where anything is wrong.`

const main = async (): Promise<number> => {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' }, journal: { type: 'string' }, wait: { type: 'string', default: '0' },
      json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const waitS = Number(values.wait)
  if (!Number.isFinite(waitS) || waitS < 0) {
    console.error(usage)
    return 2
  }
  const journal = values.journal === undefined ? [] : parseJournal(readFileSync(values.journal, 'utf8'))
  const checks = await auditFolder(shopFolder(values.data), { journal, waitMs: waitS * 1000 })
  const found = violations(checks)
  if (values.json) console.log(JSON.stringify(checks, null, 2))
  else console.log(`${printed(checks)}\n\n${found === 0 ? 'No violations.' : `${found.toLocaleString('en')} violations.`}`)
  return found === 0 ? 0 : 1
}

main().then((code) => { process.exitCode = code }, (error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = error instanceof TypeError ? 2 : 1
})

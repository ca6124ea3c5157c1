import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { everyModule } from '../modules/modules.ts'
import { deadLetterCommands } from '../src/bus/dead-letter-commands.ts'
import { deadLetters } from '../src/bus/dead-letters.ts'
import { queueMigrations } from '../src/bus/queues.ts'
import { openSqlite } from '../src/databases/sqlite/open.ts'
import { onBroker } from '../src/process/broker.ts'
import { environment } from '../src/process/environment.ts'
import { noShopIn, shopFolder } from '../src/process/shop-folder.ts'
import { type Commands, askAnySocket, socketsIn } from '../src/process/socket.ts'
import { realWorld } from '../src/process/world.ts'

const usage = `npm run dead-letters -- list | show ID | replay ID | drop ID  [--data DIR] [--json]
Events that a module refused too often. Asks the running shop, any of its processes; where none runs, the broker that
RABBITMQ_URL names, else the shop's files.
  list        all of them, oldest first
  show ID     one, with its event and error
  replay ID   delivers it again, from attempt one
  drop ID     forgets it for good
  --data DIR  the shop's data folder; default MERCADO_DATA
  --json      the answer as JSON`

const Letter = Type.Object({
  id: Type.String(), module: Type.String(), attempts: Type.Integer(), error: Type.String(), firstAt: Type.String(), lastAt: Type.String(),
  event: Type.Object({ id: Type.String(), type: Type.String(), time: Type.String(), trace: Type.String(), data: Type.Unknown() }),
})
const answers = { list: Type.Array(Letter), show: Type.Union([Letter, Type.Null()]), replay: Type.Boolean(), drop: Type.Boolean() }
type Action = keyof typeof answers
const isAction = (text: string | undefined): text is Action => text !== undefined && Object.hasOwn(answers, text)

/** Without a running shop the commands work on its broker, or on its file, which is locked meanwhile. */
const atRest = async (folder: string, command: keyof ReturnType<typeof deadLetterCommands>, input: unknown): Promise<unknown> => {
  const asked = await onBroker(everyModule, environment(), (bus) => deadLetterCommands(bus.deadLetters)[command](input))
  if (asked !== null) return asked.answer
  const path = join(folder, 'bus.db')
  if (!existsSync(path)) throw new Error(noShopIn(folder))
  const world = realWorld()
  const { sql, close } = await openSqlite({ path, migrations: queueMigrations, world })
  try {
    const commands: Commands = deadLetterCommands(deadLetters(sql, world, () => {}))
    return await commands[command]?.(input)
  } finally {
    await close()
  }
}

const firstLine = (text: string): string => (text.split('\n')[0] ?? '').slice(0, 80)

const table = (letters: Static<typeof answers.list>): string => {
  if (letters.length === 0) return 'No dead letters.'
  const rows = letters.map((one) => [one.id, one.event.type, String(one.attempts), one.lastAt, firstLine(one.error)])
  const all = [['ID', 'EVENT', 'ATTEMPTS', 'LAST', 'ERROR'], ...rows]
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? []
  return all.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n')
}

const letter = (one: Static<typeof Letter>): string => [
  `ID        ${one.id}`, `Module    ${one.module}`, `Event     ${one.event.type}`, `Happened  ${one.event.time}`, `Trace     ${one.event.trace}`,
  `Attempts  ${one.attempts}, ${one.firstAt} to ${one.lastAt}`, `Error     ${one.error}`, `Data      ${JSON.stringify(one.event.data, null, 2)}`,
].join('\n')

/** What a person reads, or null for an id that is not there. */
const readable = (action: Action, answer: unknown): string | null => {
  if (Value.Check(answers.list, answer)) return table(answer)
  if (Value.Check(Letter, answer)) return letter(answer)
  if (answer === true) return action === 'replay' ? 'It will be delivered again.' : 'Dropped.'
  return null
}

const main = async (): Promise<number> => {
  const { values, positionals: [action, id, ...more] } = parseArgs({
    allowPositionals: true,
    options: { data: { type: 'string' }, json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  if (!isAction(action) || (action === 'list') !== (id === undefined) || more.length > 0) {
    console.error(usage)
    return 2
  }
  const folder = shopFolder(values.data)
  const input = { id }
  const asked = await askAnySocket(socketsIn(folder), `dead-letters.${action}`, input)
  const answer = asked === null ? await atRest(folder, `dead-letters.${action}`, input) : asked.answer
  if (!Value.Check(answers[action], answer)) throw new Error('The shop answered something else than dead letters')
  const text = readable(action, answer)
  if (text === null) {
    console.error(`There is no dead letter ${id}; list shows their ids`)
    return 1
  }
  console.log(values.json ? JSON.stringify(answer, null, 2) : text)
  return 0
}

main().then((code) => { process.exitCode = code }, (error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = error instanceof TypeError ? 2 : 1
})

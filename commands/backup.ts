import { basename, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { everyModule } from '../modules/modules.ts'
import { lockFile } from '../src/databases/sqlite/lock.ts'
import { type Backup, backupTo, notCopied, storesIn } from '../src/process/backup.ts'
import { environment } from '../src/process/environment.ts'
import { refuseMoved } from '../src/process/moved.ts'
import { serverOf } from '../src/process/servers.ts'
import { noShopIn, shopFolder } from '../src/process/shop-folder.ts'
import { askSocket, socketIn } from '../src/process/socket.ts'

const usage = `npm run backup -- DIR [--data DIR] [--json]
Copies the shop into DIR, a new or empty folder: while it sells, at a moment when no checkout is half done.
To restore, start a shop with MERCADO_DATA=DIR.
  --data DIR  the shop's data folder; default MERCADO_DATA
  --json      the outcome as JSON`

const Done = Type.Object({ files: Type.Integer(), bytes: Type.Number(), ms: Type.Number() })

/** A shop that does not run stands still; its locks keep one from starting meanwhile. */
const backupAtRest = async (shop: string, folder: string): Promise<Backup> => {
  const stores = storesIn(shop)
  const served = everyModule.filter((module) => serverOf(module, environment()).server !== null).map(({ contract }) => contract.name)
  if (served.length > 0) throw new Error(notCopied(served))
  if (stores.length === 0) throw new Error(noShopIn(shop))
  refuseMoved(shop, stores.map((path) => basename(path, '.db')))
  const locks: { release(): void }[] = []
  try {
    for (const store of stores) locks.push(lockFile(store))
    return await backupTo(shop, folder, Date.now)
  } finally {
    for (const lock of locks) lock.release()
  }
}

const size = (bytes: number): string => bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`

const main = async (): Promise<number> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { data: { type: 'string' }, json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const [to] = positionals
  if (to === undefined || positionals.length > 1) {
    console.error(usage)
    return 2
  }
  const shop = shopFolder(values.data)
  const folder = resolve(to)
  const asked = await askSocket(socketIn(shop), 'backup', { folder })
  const done = asked === null ? await backupAtRest(shop, folder) : asked.answer
  if (!Value.Check(Done, done)) throw new Error('The shop answered something else than a backup')
  console.log(values.json ? JSON.stringify({ folder, ...done }) : `${done.files} files, ${size(done.bytes)}, copied to ${folder} in ${done.ms} ms`)
  return 0
}

main().then((code) => { process.exitCode = code }, (error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = error instanceof TypeError ? 2 : 1
})

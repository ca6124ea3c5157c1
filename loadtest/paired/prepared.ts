import { createHash } from 'node:crypto'
import { constants, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { catalogueCsv } from './generated-catalogue.ts'
import { type Server, startShop } from './servers.ts'

export interface User { readonly email: string; readonly password: string; readonly id: string }
export interface Imported { readonly at: string; readonly products: number; readonly seconds: number; readonly grownMb: number }
/** A shop's folder with a catalogue imported through its own door, and what is in it. */
export interface Prepared {
  readonly folder: string
  readonly products: readonly string[]
  readonly variants: readonly string[]
  readonly users: readonly User[]
  readonly imported: Imported
}

const USERS = 200
const root = join(import.meta.dirname, '../..')
/** Folders made by these files are of use as long as the files stay as they are. */
const makers = [
  'loadtest/paired/generated-catalogue.ts', 'loadtest/paired/prepared.ts', 'modules/product/rules/render.ts', 'modules/product/rules/tokens.ts',
  ...['auth', 'cart', 'order', 'product'].map((module) => `modules/${module}/stores/migrations.ts`),
]
const version = createHash('sha256').update(makers.map((path) => readFileSync(join(root, path), 'utf8')).join('\0')).digest('hex').slice(0, 12)
export const benchFolder = join(tmpdir(), 'mercado-bench')

const expect = async (answer: Promise<Response>, status: number): Promise<Record<string, unknown>> => {
  const response = await answer
  const text = await response.text()
  if (response.status !== status) throw new Error(`${response.url} answered ${response.status}: ${text.slice(0, 500)}`)
  return JSON.parse(text)
}
export const post = (server: Server, path: string, body: unknown, status: number) => expect(fetch(`http://127.0.0.1:${server.port}${path}`, {
  method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
}), status)

const readable = (pieces: Iterator<Buffer>): ReadableStream<Uint8Array> => new ReadableStream({
  pull(controller) {
    const next = pieces.next()
    if (next.done === true) controller.close()
    else controller.enqueue(next.value)
  },
})

/** Imports the generated catalogue into a running shop; its pace, and how far its own memory grew meanwhile. */
export const importInto = async (shop: Server, products: number): Promise<Imported> => {
  const { accessToken } = await post(shop, '/auth/login', { email: 'admin@example.com', password: 'a long admin password' }, 200)
  const before = shop.anonymousMb()
  let most = before
  const watch = setInterval(() => { most = Math.max(most, shop.anonymousMb()) }, 50)
  const from = performance.now()
  try {
    const report = await expect(fetch(`http://127.0.0.1:${shop.port}/products/import`, {
      method: 'POST', headers: { 'content-type': 'text/csv', authorization: `Bearer ${accessToken}` },
      body: readable(catalogueCsv(products)), duplex: 'half',
    }), 200)
    const created = JSON.stringify(report['products'])
    if (created !== JSON.stringify({ created: products, updated: 0, failed: 0 })) throw new Error(`The import made ${created}`)
  } finally {
    clearInterval(watch)
  }
  return { at: new Date().toISOString(), products, seconds: (performance.now() - from) / 1000, grownMb: most - before }
}

const registered = async (shop: Server): Promise<User[]> => Promise.all(Array.from({ length: USERS }, async (_, n) => {
  const about = { email: `buyer-${n}@example.com`, password: `the password of buyer ${n}` }
  const { user } = await post(shop, '/auth/register', { ...about, name: `Buyer ${n}` }, 201)
  if (typeof user !== 'object' || user === null || !('id' in user) || typeof user.id !== 'string') throw new TypeError('Registering answered no user')
  return { ...about, id: user.id }
}))

const POLL_MS = 100
/** Until the shop has told all its news of stock: else its first minutes would still be busy with the import. */
const told = async (folder: string): Promise<void> => {
  const db = new DatabaseSync(join(folder, 'product.db'), { readOnly: true })
  const untold = db.prepare('select (select count(*) from stock where version > published) + (select count(*) from outbox where published_at is null) as count')
  while (Number(untold.get()?.['count']) > 0) await sleep(POLL_MS)
  db.close()
}

const column = (folder: string, query: string): string[] => {
  const db = new DatabaseSync(join(folder, 'product.db'), { readOnly: true })
  try {
    return db.prepare(query).all().map((row) => String(row['id']))
  } finally {
    db.close()
  }
}

/** A shop with so many products and 200 users; made once and kept among the system's temporary files. */
export const prepared = async (products: number, say: (line: string) => void): Promise<Prepared> => {
  const kept = join(benchFolder, version, String(products))
  const folder = join(kept, 'shop')
  if (!existsSync(kept)) {
    const part = `${kept}.part`
    rmSync(part, { recursive: true, force: true })
    mkdirSync(join(part, 'shop'), { recursive: true })
    say(`importing ${products} products, once`)
    const shop = await startShop(join(part, 'shop'))
    const imported = await importInto(shop, products)
    const users = await registered(shop)
    await told(join(part, 'shop'))
    await shop.stop()
    writeFileSync(join(part, 'made.json'), JSON.stringify({ imported, users }))
    renameSync(part, kept)
  }
  const made: Pick<Prepared, 'imported' | 'users'> = JSON.parse(readFileSync(join(kept, 'made.json'), 'utf8'))
  return { ...made, folder, products: column(folder, 'select id from product'), variants: column(folder, 'select id from variant') }
}

const copies: string[] = []
process.on('exit', () => { for (const copy of copies) rmSync(copy, { recursive: true, force: true }) })

export const emptyFolder = (): string => {
  mkdirSync(benchFolder, { recursive: true })
  const folder = mkdtempSync(join(benchFolder, 'run-'))
  copies.push(folder)
  return folder
}
/** A copy to run on, gone with this process. */
export const copied = ({ folder }: Prepared): string => {
  const copy = emptyFolder()
  cpSync(folder, copy, { recursive: true, mode: constants.COPYFILE_FICLONE })
  return copy
}

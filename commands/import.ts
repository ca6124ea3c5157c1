import { createReadStream, statSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { ImportReport } from '../modules/product/contract/schemas.ts'
import { environment } from '../src/process/environment.ts'
import { folderSecrets } from '../src/process/secrets.ts'
import { shopFolder } from '../src/process/shop-folder.ts'

const usage = `npm run import -- FILE [--url URL] [--email E] [--password P] [--data DIR] [--json]
Sends Shopify's product CSV to a running shop. Exit code 1 where anything was refused.
  --url URL     where the shop listens; default http://localhost:3000
  --email E     who imports; default ADMIN_EMAIL, else admin@localhost
  --password P  better MERCADO_PASSWORD, which other users of this machine do not see; else ADMIN_PASSWORD,
                else the one that the first start kept in the data folder
  --data DIR    the shop's data folder; default MERCADO_DATA
  --json        the report as JSON`

const LoggedIn = Type.Object({ accessToken: Type.String() })
const Problem = Type.Object({
  title: Type.String(), detail: Type.Optional(Type.String()),
  errors: Type.Optional(Type.Array(Type.Object({ path: Type.String(), message: Type.String() }))),
})

/** The answer as the schema says, or an error that says what the shop's problem was. */
const answerOf = async <T extends TSchema>(schema: T, response: Response): Promise<Static<T>> => {
  const text = await response.text()
  const answer: unknown = /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : text
  if (response.ok && Value.Check(schema, answer)) return answer
  if (Value.Check(Problem, answer)) throw new Error(`${answer.title} (${response.status}). ${answer.detail ?? ''}`.trim())
  throw new Error(`${response.url} answered ${response.status}, not like a shop`)
}

const password = (given: string | undefined, folder: string): string => {
  const env = environment()
  const found = given ?? env['MERCADO_PASSWORD'] ?? env['ADMIN_PASSWORD'] ?? folderSecrets(folder).find('admin-password')
  if (found === null) throw new Error(`Which password? Set MERCADO_PASSWORD; ${folder} holds none from a first start`)
  return found
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1)
const barWidth = 30
const bar = (sent: number, size: number): string => {
  const part = size === 0 ? 1 : sent / size
  const full = Math.floor(part * barWidth)
  return `[${'#'.repeat(full)}${' '.repeat(barWidth - full)}] ${String(Math.floor(part * 100)).padStart(3)} %  ${megabytes(sent)} of ${megabytes(size)} MB`
}

/** The file, with a bar on the terminal that grows as the shop takes it. */
async function* watched(file: string, size: number): AsyncGenerator<Uint8Array> {
  let sent = 0
  let shown = ''
  for await (const chunk of createReadStream(file)) {
    yield chunk
    sent += chunk.length
    const now = bar(sent, size)
    if (process.stderr.isTTY && now !== shown) process.stderr.write(`\r${now}`)
    shown = now
  }
  if (process.stderr.isTTY) process.stderr.write('\n')
}

/** Sends a body and waits for its answer as long as the shop works on it: fetch gives up after five minutes. */
const sent = (url: string, headers: Record<string, string>, body: Readable): Promise<Response> => new Promise((resolve, reject) => {
  const { request } = url.startsWith('https:') ? https : http
  const asking = request(url, { method: 'POST', headers }, (answer) => {
    text(answer).then((said) => resolve(new Response(said, { status: answer.statusCode ?? 500, headers: { 'content-type': answer.headers['content-type'] ?? '' } })), reject)
  })
  pipeline(body, asking).catch(reject)
})

const readable = ({ products, variants, errors }: Static<typeof ImportReport>): string => {
  const counts = (of: typeof products) => `${of.created} created, ${of.updated} updated, ${of.failed} refused`
  const failed = products.failed > 0 ? [`${errors.length} errors${errors.length === 1000 ? ' (only the first 1000 are told)' : ''}:`] : []
  return [
    `Products: ${counts(products)}`, `Variants: ${counts(variants)}`, ...failed,
    ...errors.map(({ line, code, message }) => `  line ${line}: ${message} (${code})`),
  ].join('\n')
}

const main = async (): Promise<number> => {
  const { values, positionals: [file, ...more] } = parseArgs({
    allowPositionals: true,
    options: {
      url: { type: 'string', default: 'http://localhost:3000' },
      email: { type: 'string' }, password: { type: 'string' }, data: { type: 'string' },
      json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  if (file === undefined || more.length > 0) {
    console.error(usage)
    return 2
  }
  const { size } = statSync(file)
  const url = values.url.replace(/\/+$/, '')
  const email = values.email ?? environment()['ADMIN_EMAIL'] ?? 'admin@localhost'
  const login = await fetch(`${url}/auth/login`, {
    method: 'POST', headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: password(values.password, shopFolder(values.data)) }),
  })
  const { accessToken } = await answerOf(LoggedIn, login)
  const answer = await sent(`${url}/products/import`, { 'content-type': 'text/csv', authorization: `Bearer ${accessToken}` }, Readable.from(watched(file, size)))
  const report = await answerOf(ImportReport, answer)
  console.log(values.json ? JSON.stringify(report, null, 2) : readable(report))
  return report.products.failed > 0 ? 1 : 0
}

main().then((code) => { process.exitCode = code }, (error: unknown) => {
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : ''
  console.error(error instanceof Error ? error.message + cause : error)
  process.exitCode = error instanceof TypeError && cause === '' ? 2 : 1
})

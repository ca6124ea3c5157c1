import { writeSync } from 'node:fs'
import * as contracts from '../../modules/contracts.ts'
import { everyModule } from '../../modules/modules.ts'
import { listen } from '../../src/http/listen.ts'
import { environment } from '../../src/process/environment.ts'
import { roleOf } from '../../src/process/role.ts'
import { serve } from '../../src/process/serve.ts'
import { struckOrder } from './strikes.ts'

/**
 * A shop's process, or that of the service that MODULES names, which strikes itself where an order comes by: it kills
 * itself (`kill -9`) at KILL_AT, or at the point that it is told on its input: `kill POINT`, or `freeze POINT` to stand
 * still there, once, until somebody wakes it. Without either, it is as it is.
 */
const { KILL_AT } = environment()
let told = KILL_AT === undefined ? '' : `kill ${KILL_AT}`
process.stdin.on('data', (line: Buffer) => { told = line.toString().trim() }).unref()

const order = struckOrder(async (point) => {
  const [what, ...at] = told.split(' ')
  if (point !== at.join(' ')) return
  told = ''
  writeSync(1, `${what} at ${point}\n`)
  process.kill(process.pid, what === 'kill' ? 'SIGKILL' : 'SIGSTOP')
  if (what === 'kill') await new Promise(() => {})
})
const { modules, gateway } = roleOf(everyModule, environment())
const app = await serve({
  title: 'Mercado', gateway, contracts: Object.values(contracts), modules: modules.map((module) => (module.contract.name === 'order' ? order : module)),
})
const { host, port } = app.running.settings
const listener = await listen((request, peer) => app.fetch(request, peer), { host, port })
const url = `http://${host}:${listener.port}`
app.running.reachedAt(url)
console.log(JSON.stringify({ message: 'listening', url, metricsUrl: url }))

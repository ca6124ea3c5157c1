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
 * itself (`kill -9`) at KILL_AT, or stands still at FREEZE_AT, once, until somebody wakes it. Without them, it is as it is.
 */
const { KILL_AT: killAt, FREEZE_AT: freezeAt } = environment()

let frozen = false
const order = struckOrder(async (point) => {
  if (point !== killAt && (point !== freezeAt || frozen)) return
  frozen = true
  writeSync(1, `${point === killAt ? 'killed' : 'frozen'} at ${point}\n`)
  process.kill(process.pid, point === killAt ? 'SIGKILL' : 'SIGSTOP')
  if (point === killAt) await new Promise(() => {})
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

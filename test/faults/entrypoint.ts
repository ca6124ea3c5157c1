import { writeSync } from 'node:fs'
import { everyModule } from '../../modules/modules.ts'
import { listen } from '../../src/http/listen.ts'
import { serve } from '../../src/process/serve.ts'
import { struckOrder } from './strikes.ts'

/** The shop as a process of its own, which kills itself (`kill -9`) where KILL_AT says. Without it, it is the shop. */
const killAt = process.env['KILL_AT']

const order = struckOrder(async (point) => {
  if (point !== killAt) return
  writeSync(1, `killed at ${point}\n`)
  process.kill(process.pid, 'SIGKILL')
  await new Promise(() => {})
})
const app = await serve({ title: 'Mercado', modules: everyModule.map((module) => (module.contract.name === 'order' ? order : module)) })
const { host, port } = app.running.settings
const listener = await listen((request, peer) => app.fetch(request, peer), { host, port })
const url = `http://${host}:${listener.port}`
app.running.reachedAt(url)
console.log(JSON.stringify({ message: 'listening', url, metricsUrl: url }))

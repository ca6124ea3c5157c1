import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { postgres } from '../deploy/local/postgres.ts'
import type { Server } from '../deploy/local/server.ts'
import { shopFolder } from '../src/process/shop-folder.ts'

const servers: readonly Server[] = [postgres]

const usage = `deploy/local/servers up|down|status|urls [--data DIR]
Runs the servers that a shop can stand on: on loopback, on free ports, with their data in a folder.
  up      starts those that do not run, and prints their settings
  down    stops them; their data stays
  status  says which run
  urls    prints the settings of those that run: eval "$(deploy/local/servers urls)"
  --data DIR  default MERCADO_DATA, else ./data; they use its subfolder servers/`

const print = (server: Server, url: string) => console.log(`export ${server.variable}='${url}'`)

const main = async (): Promise<number> => {
  const { values, positionals: [verb] } = parseArgs({ allowPositionals: true, options: { data: { type: 'string' }, help: { type: 'boolean', default: false } } })
  const at = (server: Server) => join(resolve(shopFolder(values.data)), 'servers', server.name.toLowerCase())
  if (values.help) {
    console.log(usage)
    return 0
  }
  switch (verb) {
    case 'up': {
      const missing = servers.map((server) => server.missing()).filter((one) => one !== null)
      for (const what of missing) console.error(what)
      if (missing.length > 0) return 1
      for (const server of servers) print(server, await server.up(at(server)))
      return 0
    }
    case 'down':
      for (const server of servers) await server.down(at(server))
      return 0
    case 'status':
      for (const server of servers) console.log(`${server.name}: ${server.url(at(server)) === null ? server.missing() ?? 'stopped' : 'running'}`)
      return 0
    case 'urls':
      for (const server of servers) {
        const url = server.url(at(server))
        if (url !== null) print(server, url)
      }
      return 0
    default:
      console.error(usage)
      return 2
  }
}

main().then((code) => { process.exitCode = code }, (error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})

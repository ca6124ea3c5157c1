import { parseArgs } from 'node:util'
import { everyServer } from '../deploy/local/every-server.ts'
import type { Server } from '../deploy/local/server.ts'
import { downTogether, folderOf, upTogether } from '../deploy/local/together.ts'
import { shopFolder } from '../src/process/shop-folder.ts'

const names = everyServer.map(({ name }) => name.toLowerCase())
const usage = `deploy/local/servers up|down|status|urls [NAME…] [--data DIR]
Runs the servers that a shop can stand on: on loopback, on free ports, with their data in a folder.
  up      starts those that do not run, and prints their settings; ends with 1 where one cannot run, and says why
  down    stops them; their data stays
  status  says which run
  urls    prints the settings of those that run: eval "$(deploy/local/servers urls)"
  NAME…       only these of ${names.join(', ')}
  --data DIR  default MERCADO_DATA, else ./data; they use its subfolder servers/`

const print = (server: Server, url: string) => console.log(`export ${server.variable}='${url}'`)

const main = async (): Promise<number> => {
  const { values, positionals: [verb, ...wanted] } = parseArgs({ allowPositionals: true, options: { data: { type: 'string' }, help: { type: 'boolean', default: false } } })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const shop = shopFolder(values.data)
  const servers = wanted.length === 0 ? everyServer : everyServer.filter(({ name }) => wanted.includes(name.toLowerCase()))
  if (wanted.some((name) => !names.includes(name))) {
    console.error(usage)
    return 2
  }
  switch (verb) {
    case 'up': {
      let code = 0
      for (const outcome of await upTogether(servers, shop)) {
        if (outcome.url !== null) print(outcome.server, outcome.url)
        else {
          console.error(outcome.wrong)
          code = 1
        }
      }
      return code
    }
    case 'down': {
      const wrong = await downTogether(servers, shop)
      for (const one of wrong) console.error(one)
      return wrong.length === 0 ? 0 : 1
    }
    case 'status':
      for (const server of servers) console.log(`${server.name}: ${server.url(folderOf(shop, server)) === null ? server.missing() ?? 'stopped' : 'running'}`)
      return 0
    case 'urls':
      for (const server of servers) {
        const url = server.url(folderOf(shop, server))
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
  process.exitCode = error instanceof TypeError ? 2 : 1
})

import { join } from 'node:path'
import { type Static, Type } from '@sinclair/typebox'
import { freePort } from '../../deploy/local/programs.ts'
import type { Contract } from '../../src/contract/contract.ts'
import { StartError } from '../../src/process/check.ts'
import { processSettings } from '../../src/process/process-settings.ts'
import { type Environment, type Problem, readSettings } from '../../src/process/settings.ts'

/** What the launcher reads beside the settings of the processes that it starts. */
const launcherSettings = Type.Object({
  ...Type.Pick(processSettings, ['port', 'host', 'metricsPort', 'mercadoData', 'publicUrl']).properties,
  runtime: Type.Union([Type.Literal('node'), Type.Literal('deno')], { default: 'node', description: 'What the services run on' }),
  instances: Type.Integer({ minimum: 1, maximum: 32, default: 1, description: 'How many of each service stand behind the gateway' }),
})

/** A process to be. */
export interface Instance {
  /** `order`, then `order-2`. */
  name: string
  entrypoint: string
  host: string
  port: number
  /** 0: it takes a free one itself. */
  metricsPort: number
  env: Record<string, string>
}
export interface Plan {
  settings: Static<typeof launcherSettings>
  publicUrl: string
  gateway: Instance
  /** By service, in turn: the first of each, then the second of each. */
  rounds: readonly (readonly Instance[])[]
}

const loopback = '127.0.0.1'
const gatewayPort = 3000

const ownPort = (name: string, value: number, env: Environment): { port: number; problems: readonly Problem[] } => {
  const variable = `${name.toUpperCase()}_PORT`
  const { settings, problems } = readSettings(Type.Object({ port: Type.Integer({ minimum: 0, maximum: 65_535, default: value }) }), { PORT: env[variable] })
  return { port: settings.port, problems: problems.map(({ message }) => ({ name: variable, message })) }
}

/**
 * Which processes make the shop, where they listen and what they are told. A service keeps its contract's port
 * (`AUTH_PORT` for another, 0 for a free one) and listens on loopback; its further instances take free ports.
 */
export const planSplit = async (contracts: readonly Contract[], env: Environment): Promise<Plan> => {
  const { settings, problems } = readSettings(launcherSettings, env)
  const first = contracts.map((contract) => ({ contract, ...ownPort(contract.name, contract.port, env) }))
  const all = [...problems, ...first.flatMap((one) => one.problems)]
  if (all.length > 0) throw new StartError(all)

  const { PORT: _port, HOST: _host, METRICS_PORT: _metrics, RUNTIME: _runtime, INSTANCES: _instances, MODULES: _modules, TRUSTED_PROXIES: proxies, ...rest } = env
  const given: Record<string, string> = {}
  for (const [name, value] of Object.entries(rest)) if (value !== undefined) given[name] = value
  const port = settings.port === 0 ? await freePort() : settings.port
  const publicUrl = settings.publicUrl ?? `http://localhost:${port}`

  const instance = (about: { name: string; entrypoint: string; host: string; port: number; metricsPort: number }, more: Record<string, string>): Instance => ({
    ...about,
    env: {
      ...given, PORT: String(about.port), HOST: about.host, METRICS_PORT: String(about.metricsPort), PUBLIC_URL: publicUrl,
      MERCADO_DATA: join(settings.mercadoData, 'services', about.name), ...more,
    },
  })
  const rounds: Instance[][] = []
  for (let number = 1; number <= settings.instances; number++) {
    const round: Instance[] = []
    for (const { contract: { name, port: usual }, port: wanted } of first) {
      round.push(instance({
        name: number === 1 ? name : `${name}-${number}`, entrypoint: name, host: loopback,
        port: number === 1 && wanted !== 0 ? wanted : await freePort(),
        metricsPort: number === 1 && settings.metricsPort !== 0 ? settings.metricsPort + usual - gatewayPort : 0,
      }, { TRUSTED_PROXIES: `${loopback},::1` }))
    }
    rounds.push(round)
  }
  const upstreams = Object.fromEntries(contracts.map(({ name }) => [
    `${name.toUpperCase()}_URL`,
    given[`${name.toUpperCase()}_URL`] ?? rounds.flat().filter(({ entrypoint }) => entrypoint === name).map((one) => `http://${loopback}:${one.port}`).join(','),
  ]))
  const gateway = instance({ name: 'gateway', entrypoint: 'gateway', host: settings.host, port, metricsPort: settings.metricsPort },
    { ...upstreams, ...(proxies === undefined ? {} : { TRUSTED_PROXIES: proxies }) })
  return { settings, publicUrl, gateway, rounds }
}

import { Type } from '@sinclair/typebox'
import type { Module } from '../module/module.ts'
import { processSettings } from './process-settings.ts'
import { type Environment, type Problem, readSettings } from './settings.ts'

/** What a process is: which modules it holds, and whether it is where clients come in. */
export interface Role { modules: readonly Module[]; gateway: boolean }

const gatewayPort = 3000
const metricsOfGateway = 9464
/** A gateway asks every second. */
const drainOfService = '1500'

/**
 * What MODULES makes of a process that could hold all: `cart,order` these alone, behind a gateway elsewhere;
 * `gateway,cart` these with the gateway, which sends the rest on; unset, everything.
 */
export const roleOf = (every: readonly Module[], env: Environment): Role & { problems: readonly Problem[] } => {
  const { settings: { modules: named } } = readSettings(Type.Pick(processSettings, ['modules']), env)
  if (named.length === 0) return { modules: every, gateway: true, problems: [] }
  const known = ['gateway', ...every.map(({ contract }) => contract.name)]
  const strangers = named.filter((name) => !known.includes(name))
  return {
    modules: every.filter(({ contract }) => named.includes(contract.name)),
    gateway: named.includes('gateway'),
    problems: strangers.map((name) => ({ name: 'MODULES', message: `names ${name}; there are ${known.join(', ')}` })),
  }
}

/** Where a process of this role is found unless its settings say otherwise: a service at its first module's port. */
export const placeOf = ({ modules, gateway }: Role): Record<string, string> => {
  const [first] = modules
  if (gateway || first === undefined) return {}
  const { port } = first.contract
  return {
    PORT: String(port), METRICS_PORT: String(metricsOfGateway + port - gatewayPort),
    PUBLIC_URL: `http://localhost:${gatewayPort}`, DRAIN_MS: drainOfService,
  }
}

import { type Static, type TObject, Type } from '@sinclair/typebox'
import type { Contract } from '../../contract/contract.ts'

const milliseconds = (value: number, description: string) => Type.Integer({ minimum: 1, maximum: 3_600_000, default: value, description })

/** What a gateway reads of the modules that are elsewhere. */
export const upstreamSettings = Type.Object({
  upstreamConnectMs: milliseconds(1000, 'How long the gateway waits for a connection to a service'),
  upstreamAnswerMs: milliseconds(5000, 'How long it waits for the beginning of an answer, where the operation has no deadline of its own'),
  upstreamProbeMs: milliseconds(1000, 'How often it asks each instance of a service for /health/ready'),
  upstreamRequests: Type.Integer({ minimum: 1, maximum: 100_000, default: 500, description: 'Requests that may be under way to one service at a time; more are answered 503' }),
})
export type UpstreamSettings = Static<typeof upstreamSettings>

const url = '^http://[^\\s/?#@]+/?$'
const settingOf = ({ name }: Pick<Contract, 'name'>): string => `${name}Url`

/** `CART_URL` for each of these modules: a setting like any other. */
export const urlSettings = (contracts: readonly Pick<Contract, 'name' | 'port'>[]): TObject =>
  Type.Object(Object.fromEntries(contracts.map((contract) => [settingOf(contract), Type.Array(Type.String({ pattern: url }), {
    minItems: 1, default: [`http://localhost:${contract.port}`], description: `Where ${contract.name} is reached, where it is in another process: an instance a URL`,
  })])))

/** A module's URLs, as `urlSettings` has them. */
export const urlsOf = (contract: Pick<Contract, 'name' | 'port'>, settings: Readonly<Record<string, unknown>>): string[] => {
  const urls = settings[settingOf(contract)]
  return Array.isArray(urls) ? urls.filter((one): one is string => typeof one === 'string') : []
}

import { FormatRegistry, type Static, type TObject, Type } from '@sinclair/typebox'
import type { Contract } from '../contract/contract.ts'
import { isNetwork } from '../http/address.ts'
import { rateLimit } from '../module/setting.ts'

const origin = '^https?://[a-zA-Z0-9.-]+(:\\d{1,5})?$'
FormatRegistry.Set('network', isNetwork)

const milliseconds = (value: number, description: string) => Type.Integer({ minimum: 1, maximum: 3_600_000, default: value, description })

/** How a gateway treats the modules that are elsewhere. */
const upstreamSettings = Type.Object({
  upstreamConnectMs: milliseconds(1000, 'How long the gateway waits for a connection to a service'),
  upstreamAnswerMs: milliseconds(5000, 'How long it waits for a service\'s answer to begin, where the operation has no deadline of its own'),
  upstreamProbeMs: milliseconds(1000, 'How often it asks each instance of a service for its readiness'),
  upstreamRequests: Type.Integer({ minimum: 1, maximum: 100_000, default: 500, description: 'How many requests may be under way to one service; more are answered 503 at once' }),
})
export type UpstreamSettings = Static<typeof upstreamSettings>

/** What a process with a gateway reads. */
export const gatewaySettings = Type.Object({
  ...upstreamSettings.properties,
  corsOrigins: Type.Array(Type.String({ pattern: origin }), {
    default: [], description: 'Origins of browsers that may call, such as https://shop.example, exact; none by default',
  }),
  trustedProxies: Type.Array(Type.String({ format: 'network' }), {
    default: [], description: 'Addresses and networks (10.0.0.0/8) of proxies before the shop; X-Forwarded-For counts only from them',
  }),
  rateLimit,
  rateLimitRequests: Type.Integer({
    minimum: 1, maximum: 1_000_000_000, default: 12_000, description: 'Requests of one client address in RATE_LIMIT_SECONDS, beside the limits of single operations',
  }),
  rateLimitSeconds: Type.Integer({ minimum: 1, maximum: 86_400, default: 60, description: 'The seconds that RATE_LIMIT_REQUESTS speaks of' }),
  compression: Type.Boolean({ default: true, description: 'Compress answers of 1 KiB and more for clients that take brotli or gzip' }),
})

const url = '^http://[^\\s/?#@]+/?$'
const settingOf = ({ name }: Pick<Contract, 'name'>): string => `${name}Url`

/** `CART_URL` for each of these modules: settings like any other. */
export const urlSettings = (contracts: readonly Pick<Contract, 'name' | 'port'>[]): TObject =>
  Type.Object(Object.fromEntries(contracts.map((contract) => [settingOf(contract), Type.Array(Type.String({ pattern: url }), {
    minItems: 1, default: [`http://localhost:${contract.port}`],
    description: `Where a gateway finds ${contract.name} in other processes: a URL an instance, with commas`,
  })])))

/** A module's URLs, as `urlSettings` has them. */
export const urlsOf = (contract: Pick<Contract, 'name'>, settings: Readonly<Record<string, unknown>>): string[] => {
  const urls = settings[settingOf(contract)]
  return Array.isArray(urls) ? urls.filter((one): one is string => typeof one === 'string') : []
}

import { FormatRegistry, Type } from '@sinclair/typebox'
import { isNetwork } from '../http/address.ts'
import { rateLimit } from '../module/setting.ts'

const origin = '^https?://[a-zA-Z0-9.-]+(:\\d{1,5})?$'
FormatRegistry.Set('network', isNetwork)

/** What a process with a gateway reads. */
export const gatewaySettings = Type.Object({
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

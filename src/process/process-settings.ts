import { Type } from '@sinclair/typebox'
import { levels } from '../observe/log.ts'

const port = (value: number, description: string) => Type.Integer({ minimum: 0, maximum: 65_535, default: value, description })

/** What every process reads, whatever it holds. */
export const processSettings = Type.Object({
  port: port(3000, 'Where the gateway listens; 0 takes a free port'),
  host: Type.String({ default: '0.0.0.0', description: 'The address to listen on' }),
  metricsPort: port(9464, 'Where Prometheus reads /metrics; 0 takes a free port'),
  mercadoData: Type.String({ default: './data', description: 'The folder of the embedded stores and secrets' }),
  publicUrl: Type.Optional(Type.String({ pattern: '^https?://[^\\s/?#]+(/[^\\s?#]*)?$', description: 'Where clients reach the shop; absolute links and Secure cookies follow from it. Default http://localhost:PORT' })),
  deliveryAttempts: Type.Integer({ minimum: 1, maximum: 100, default: 8, description: 'How often an event is delivered before it goes to the dead letters' }),
  logLevel: Type.Union(levels.map((level) => Type.Literal(level)), { default: 'info', description: 'The least level that is logged' }),
})

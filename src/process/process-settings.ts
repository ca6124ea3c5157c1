import { Type } from '@sinclair/typebox'
import { levels } from '../observe/log.ts'

const port = (value: number, description: string) => Type.Integer({ minimum: 0, maximum: 65_535, default: value, description })

/** What every process reads, whatever it holds. */
export const processSettings = Type.Object({
  port: port(3000, 'Where the gateway listens; 0 takes a free port'),
  host: Type.String({ default: '0.0.0.0', description: 'The address to listen on' }),
  metricsPort: port(9464, 'Where Prometheus reads /metrics; 0 takes a free port'),
  mercadoData: Type.String({ default: './data', description: 'The folder of the embedded stores and secrets' }),
  postgresUrl: Type.Optional(Type.String({
    pattern: '^postgres(ql)?://[^\\s]+$', secret: true,
    description: 'The PostgreSQL database that auth and order keep their data in, `postgres://USER:PASSWORD@HOST:PORT/DATABASE`; without it they are embedded',
  })),
  postgresConnections: Type.Integer({ minimum: 2, maximum: 200, default: 10, description: 'How many connections each store on PostgreSQL opens at most in a process; auth has one such store, order two' }),
  publicUrl: Type.Optional(Type.String({ pattern: '^https?://[^\\s/?#]+(/[^\\s?#]*)?$', description: 'Where clients reach the shop; absolute links and Secure cookies follow from it. Default http://localhost:PORT' })),
  deliveryAttempts: Type.Integer({ minimum: 1, maximum: 100, default: 8, description: 'How often an event is delivered before it goes to the dead letters' }),
  logLevel: Type.Union(levels.map((level) => Type.Literal(level)), { default: 'info', description: 'The least level that is logged' }),
})

import { Type } from '@sinclair/typebox'
import { levels } from '../observe/log.ts'

const port = (value: number, description: string) => Type.Integer({ minimum: 0, maximum: 65_535, default: value, description })

/** What every process reads, whatever it holds. */
export const processSettings = Type.Object({
  modules: Type.Array(Type.String(), {
    default: [], description: 'What the monolith\'s process holds: all by default; `cart,order` these alone, behind a gateway; `gateway,cart` these with the gateway, which sends the rest on',
  }),
  port: port(3000, 'Where the process listens; 0 takes a free port. A service without the gateway: 3001 auth, 3002 product, 3004 order, 3005 cart'),
  host: Type.String({ default: '0.0.0.0', description: 'The address to listen on' }),
  metricsPort: port(9464, 'Where Prometheus reads /metrics; 0 takes a free port. A service without the gateway: 9464 + its port − 3000'),
  mercadoData: Type.String({ default: './data', description: 'The folder of the embedded stores and secrets' }),
  postgresUrl: Type.Optional(Type.String({
    pattern: '^postgres(ql)?://[^\\s]+$', secret: true,
    description: 'The PostgreSQL database that auth and order keep their data in, `postgres://USER:PASSWORD@HOST:PORT/DATABASE`; without it they are embedded',
  })),
  serverWaitMs: Type.Integer({ minimum: 0, maximum: 600_000, default: 30_000, description: 'How long a server that cannot be reached yet is waited for at the start, in milliseconds' }),
  postgresConnections: Type.Integer({ minimum: 2, maximum: 200, default: 10, description: 'How many connections each store on PostgreSQL opens at most in a process; auth has one such store, order two' }),
  mongoUrl: Type.Optional(Type.String({
    pattern: '^mongodb(\\+srv)?://[^\\s]+$', secret: true,
    description: 'The MongoDB that product keeps its data in, `mongodb://USER:PASSWORD@HOST:PORT`; without it they are embedded',
  })),
  redisUrl: Type.Optional(Type.String({
    pattern: '^rediss?://[^\\s]+$', secret: true,
    description: 'The Redis that cart keeps its data in, `redis://:PASSWORD@HOST:PORT/DATABASE`, and where product is on MongoDB the one that its instances remember reads in',
  })),
  rabbitmqUrl: Type.Optional(Type.String({
    pattern: '^amqps?://[^\\s]+$', secret: true,
    description: 'The RabbitMQ that modules in several processes call and tell each other over, `amqp://USER:PASSWORD@HOST:PORT`, several with commas; without it they are all in one',
  })),
  publicUrl: Type.Optional(Type.String({ pattern: '^https?://[^\\s/?#]+(/[^\\s?#]*)?$', description: 'Where clients reach the shop; absolute links and Secure cookies follow from it. Default http://localhost:PORT' })),
  drainMs: Type.Integer({ minimum: 0, maximum: 60_000, default: 0, description: 'How long a process that is told to end goes on taking requests while its readiness says 503, so that who balances them learns of it. A service without the gateway: 1500' }),
  outboxLeaseMs: Type.Integer({
    minimum: 100, maximum: 600_000, default: 30_000,
    description: 'How long events that a process has taken to publish them are left to it: after a crash another publishes them once this is over',
  }),
  deliveryAttempts: Type.Integer({ minimum: 1, maximum: 100, default: 8, description: 'How often an event is delivered before it goes to the dead letters' }),
  logLevel: Type.Union(levels.map((level) => Type.Literal(level)), { default: 'info', description: 'The least level that is logged' }),
})

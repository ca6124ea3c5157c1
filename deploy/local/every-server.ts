import { mongo } from './mongo.ts'
import { postgres } from './postgres.ts'
import { rabbitmq } from './rabbitmq.ts'
import { redis } from './redis.ts'
import type { Server } from './server.ts'

/** All servers that a shop can stand on. */
export const everyServer: readonly Server[] = [postgres, mongo, redis, rabbitmq]

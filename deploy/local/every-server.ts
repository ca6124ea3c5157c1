import { mongo } from './mongo.ts'
import { postgres } from './postgres.ts'
import type { Server } from './server.ts'

/** All servers that a shop can stand on. */
export const everyServer: readonly Server[] = [postgres, mongo]

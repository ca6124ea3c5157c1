import { createHash } from 'node:crypto'
import type { World } from '../../src/module/world.ts'

/** 256 random bits in 43 characters that need no escaping anywhere. */
export const newSecret = (world: World): string => Buffer.from(world.random(32)).toString('base64url')
/** How a secret is kept: who reads the store cannot use it. Enough for random bits, never for passwords. */
export const sha256 = (secret: string): string => createHash('sha256').update(secret).digest('hex')

import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { JWK } from 'jose'
import { systemContext } from '../module/context.ts'
import type { Container } from './container.ts'
import { tokens } from './tokens.ts'

/** Asked by every process that checks tokens, whatever it holds. */
export const keysCall = { module: 'auth', operation: 'keys' } as const

const Keys = Type.Object({ keys: Type.Array(Type.Record(Type.String(), Type.String())) })

/** The public keys of the module that signs tokens; the verifier keeps them while it is away. */
export const signingKeys = async (container: Container): Promise<readonly JWK[]> => {
  const bus = await container.get(tokens.bus)
  const answer = await bus.call(keysCall.module, keysCall.operation, {}, systemContext(container.get(tokens.world), 5000))
  if (!Value.Check(Keys, answer)) throw new TypeError('auth answered something else than keys')
  return answer.keys
}

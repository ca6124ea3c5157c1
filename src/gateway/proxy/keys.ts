import type { JWK } from 'jose'
import { unavailable } from '../../contract/faults.ts'
import type { World } from '../../module/world.ts'
import { textOf } from './receiving.ts'
import type { Upstreams } from './upstreams.ts'

const PATH = '/.well-known/jwks.json'
const ANSWER_MS = 5000

const isKeys = (value: unknown): value is { keys: JWK[] } =>
  typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys) && value.keys.every((key) => typeof key === 'object' && key !== null)

/** The public keys of access tokens as auth's instances publish them; the verifier keeps them while they are away. */
export const keysFrom = (auth: Upstreams, world: World) => async (): Promise<readonly JWK[]> => {
  const { status, body } = await auth.send({
    method: 'GET', target: PATH, lines: 'accept: application/json\r\naccept-encoding: identity\r\n', body: null, bodyBytes: null,
    repeatable: true, answerMs: ANSWER_MS, endsAt: world.now() + ANSWER_MS, gone: () => () => {}, asks: () => {},
  })
  const answer: unknown = status === 200 ? JSON.parse(await textOf(body)) : null
  if (!isKeys(answer)) throw unavailable(`auth answered ${status} where its keys are`)
  return answer.keys
}

import { type CryptoKey, errors, importJWK, type JWK, type JWTPayload, jwtVerify } from 'jose'
import { isFault } from '../contract/fault.ts'
import { tokenExpired, unauthenticated, unavailable } from '../contract/faults.ts'
import { accessToken } from '../contract/token.ts'
import type { Caller } from '../module/context.ts'
import type { World } from '../module/world.ts'

/** Who a token speaks for. Throws `unauthenticated` or `token_expired`; a token seen before is answered at once. */
export type Verify = (token: string) => Caller | Promise<Caller>

export interface VerifierOptions {
  /** The public keys in use, as JWKs: asked again for an unknown `kid`, and every few minutes. */
  keys: () => Promise<readonly JWK[]>
  world: Pick<World, 'now'>
  /** Verified tokens remembered. Default 5000, at most 8 KiB each. */
  cacheSize?: number
}

const MOST_TOKEN_CHARACTERS = 8 * 1024
const COOLDOWN_MS = 10_000
const REFRESH_MS = 5 * 60_000
/** Clocks of two hosts may differ by this much. */
const SKEW_S = 5

const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every((one) => typeof one === 'string')
const callerOf = (payload: JWTPayload): Caller => {
  const { sub, sid, roles, permissions } = payload
  if (typeof sub !== 'string' || sub === '' || typeof sid !== 'string' || sid === '' || !isTexts(roles) || !isTexts(permissions)) {
    throw unauthenticated('The access token lacks a claim')
  }
  return { is: 'user', id: sub, sid, may: new Set(permissions) }
}

/** Public Ed25519 keys by `kid`, kept while nobody answers for them. */
const keyring = (ask: VerifierOptions['keys'], world: Pick<World, 'now'>, onGone: () => void) => {
  let keys = new Map<string, CryptoKey>()
  let askedAt = -Infinity
  let asking: Promise<void> | null = null
  const load = async (): Promise<void> => {
    askedAt = world.now()
    const loaded = new Map<string, CryptoKey>()
    for (const { kty, crv, x, kid, use } of await ask()) {
      if (kty !== 'OKP' || crv !== 'Ed25519' || x === undefined || kid === undefined || (use !== undefined && use !== 'sig')) continue
      const key = await importJWK({ kty, crv, x }, accessToken.algorithm)
      if (!(key instanceof Uint8Array)) loaded.set(kid, key)
    }
    const gone = [...keys.keys()].some((kid) => !loaded.has(kid))
    keys = loaded
    if (gone) onGone()
  }
  const refresh = (): Promise<void> => (asking ??= load().finally(() => { asking = null }))
  return async (kid: string): Promise<CryptoKey> => {
    // A clock that went back counts as one that went on, else nothing would be asked until it has caught up.
    const waited = Math.abs(world.now() - askedAt)
    if (!keys.has(kid) && (waited >= COOLDOWN_MS || keys.size === 0 || asking !== null)) {
      await refresh().catch((error: unknown) => {
        // Without any key nobody can be told apart; with some, this one is just unknown for now.
        if (keys.size === 0) throw isFault(error) ? error : unavailable('Tokens cannot be checked at the moment')
      })
    } else if (waited >= REFRESH_MS) void refresh().catch(() => {})
    const key = keys.get(kid)
    if (key === undefined) throw unauthenticated('The access token is signed with an unknown key')
    return key
  }
}

/**
 * Checks access tokens: Ed25519 only, `typ`, issuer, audience and expiry pinned; keys that a token brings along or
 * points to are never looked at. Verified tokens are remembered until they expire or a key is withdrawn.
 */
export const makeVerifier = ({ keys, world, cacheSize = 5000 }: VerifierOptions): Verify => {
  const seen = new Map<string, { caller: Caller; expiresAt: number }>()
  const keyOf = keyring(keys, world, () => seen.clear())
  const check = async (token: string): Promise<Caller> => {
    try {
      const { payload } = await jwtVerify(token, ({ kid }) => keyOf(typeof kid === 'string' ? kid : ''), {
        algorithms: [accessToken.algorithm], issuer: accessToken.issuer, audience: accessToken.audience, typ: accessToken.type,
        requiredClaims: ['exp', 'sub'], clockTolerance: SKEW_S, currentDate: new Date(world.now()),
      })
      const caller = callerOf(payload)
      if (seen.size >= cacheSize) {
        const [oldest] = seen.keys()
        if (oldest !== undefined) seen.delete(oldest)
      }
      seen.set(token, { caller, expiresAt: ((payload.exp ?? 0) + SKEW_S) * 1000 })
      return caller
    } catch (error) {
      if (isFault(error)) throw error
      throw error instanceof errors.JWTExpired ? tokenExpired() : unauthenticated('The access token is not valid')
    }
  }
  return (token) => {
    if (token.length > MOST_TOKEN_CHARACTERS) throw unauthenticated('The access token is too long')
    const known = seen.get(token)
    if (known === undefined) return check(token)
    if (known.expiresAt > world.now()) return known.caller
    seen.delete(token)
    throw tokenExpired()
  }
}

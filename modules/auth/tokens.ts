import { type CryptoKey, type JWK, SignJWT, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from 'jose'
import { unavailable } from '../../src/contract/faults.ts'
import { accessToken } from '../../src/contract/token.ts'
import type { World } from '../../src/module/world.ts'
import { permissionsOf } from './rules/roles.ts'
import { nextKey, outlived, signer } from './rules/signing-keys.ts'
import type { Account, AuthStore, SigningKey } from './store.ts'

export interface Tokens {
  /** A signed access token of this session. */
  issue(account: Account, sessionId: string): Promise<string>
  /** The public keys that a living token may be signed with, and the one that signs next. */
  publicKeys(): Promise<Record<string, string>[]>
  /** Makes the next key where it is due and drops those that no living token needs. Several instances may do it at once. */
  rotate(): Promise<void>
}
interface Lives { tokenS: number; keyDays: number }

const dayMs = 86_400_000

/** Access tokens: JWTs signed with Ed25519, by keys that live in the store. */
export const storedKeyTokens = (store: AuthStore, world: Pick<World, 'now'>, { tokenS, keyDays }: Lives): Tokens => {
  let imported: { kid: string; key: CryptoKey } | undefined
  const importOnce = async ({ kid, privateJwk }: SigningKey): Promise<CryptoKey> => {
    if (imported?.kid === kid) return imported.key
    const key = await importJWK(JSON.parse(privateJwk), accessToken.algorithm)
    if (key instanceof Uint8Array) throw new Error(`The signing key ${kid} is no private key`)
    imported = { kid, key }
    return key
  }

  return {
    async issue(account, sessionId) {
      const now = world.now()
      const key = signer(await store.keys(), now)
      if (key === null) throw unavailable('There is no key to sign with yet', { headers: { 'retry-after': '1' } })
      const issuedS = Math.floor(now / 1000)
      return new SignJWT({ sid: sessionId, roles: account.roles, permissions: permissionsOf(account.roles) })
        .setProtectedHeader({ alg: accessToken.algorithm, typ: accessToken.type, kid: key.kid })
        .setIssuer(accessToken.issuer).setAudience(accessToken.audience).setSubject(account.id)
        .setIssuedAt(issuedS).setExpirationTime(issuedS + tokenS)
        .sign(await importOnce(key))
    },
    async publicKeys() {
      return (await store.keys()).map(({ publicJwk }): Record<string, string> => JSON.parse(publicJwk))
    },
    async rotate() {
      const known = await store.keys()
      const now = world.now()
      const next = nextKey(known, now, keyDays * dayMs)
      if (next !== null) await store.addKey({ ...next, ...await newKey() })
      await store.dropKeys(outlived(known, now, tokenS * 1000).map(({ kid }) => kid))
    },
  }
}

/** Known by its thumbprint (RFC 7638). */
const newKey = async (): Promise<Pick<SigningKey, 'kid' | 'privateJwk' | 'publicJwk'>> => {
  const pair = await generateKeyPair(accessToken.algorithm, { extractable: true })
  const [secret, open] = [await exportJWK(pair.privateKey), await exportJWK(pair.publicKey)]
  const kid = await calculateJwkThumbprint(open)
  const named = (jwk: JWK): string => JSON.stringify({ ...jwk, kid, alg: accessToken.algorithm, use: 'sig' })
  return { kid, privateJwk: named(secret), publicJwk: named(open) }
}

import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { decodeJwt } from 'jose'
import { FaultError } from '../../../src/contract/fault.ts'
import type { Caller } from '../../../src/module/context.ts'
import type { CallAbout, Place, Placed } from '../../../test/place.ts'
import { authModule } from '../module.ts'
import { type StandInCart, standInCart } from './stand-in-cart.ts'

export const password = 'correct horse, battery, staple'
export const minuteMs = 60_000
export const dayMs = 86_400_000

/** A shop's auth module beside a cart that only takes notes. */
export interface People extends Placed {
  cart: StandInCart
  auth(operation: string, input: object, about?: CallAbout): Promise<any>
  /** Registers somebody; answers as the operation does. */
  register(email: string, about?: CallAbout): Promise<any>
  login(email: string, given?: string, about?: CallAbout): Promise<any>
  admin(): Promise<Caller>
  mails(template: string): Promise<{ to: string; values: Record<string, string> }[]>
}

export const adminLogin = { email: 'admin@example.com', password: 'a long admin password' }

/** Who an answer's access token says that they are. */
export const callerOf = ({ accessToken }: { accessToken: string }): Extract<Caller, { is: 'user' }> => {
  const { sub = '', sid, permissions } = decodeJwt<{ sid: string; permissions: string[] }>(accessToken)
  return { is: 'user', id: sub, sid, may: new Set(permissions) }
}

export const people = async (place: Place, t: TestContext, settings: Record<string, string> = {}): Promise<People> => {
  const cart = standInCart()
  const placed = await place.start(t, { modules: [cart.module, authModule], settings })
  const auth: People['auth'] = (...asked) => placed.call('auth', ...asked)
  const login: People['login'] = (email, given = password, about) => auth('login', { email, password: given }, about)
  return {
    ...placed, cart, auth, login,
    register: (email, about) => auth('register', { email, password, name: 'Ada Lovelace' }, about),
    admin: async () => callerOf(await login(adminLogin.email, adminLogin.password)),
    async mails(template) {
      const told = await placed.events('auth')
      return told.filter(({ type, data }) => type === 'email.requested.v1' && data.template === template).map(({ data }) => data)
    },
  }
}

/** Asserts that this is refused with the fault of this code, and answers it. */
export const refused = async (asked: Promise<unknown>, code: string): Promise<FaultError> => {
  const error: unknown = await asked.then(() => null, (thrown: unknown) => thrown)
  assert.ok(error instanceof FaultError, `expected ${code}, got ${error === null ? 'an answer' : error}`)
  assert.equal(error.code, code, error.message)
  return error
}

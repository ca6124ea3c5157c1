import { availableParallelism } from 'node:os'
import { module } from '../../src/module/module.ts'
import { cart } from '../cart/contract/index.ts'
import { auth as contract } from './contract/index.ts'
import { firstAdmin } from './first-admin.ts'
import { keys } from './operations/keys.ts'
import { login } from './operations/login.ts'
import { password } from './operations/password.ts'
import { profile } from './operations/profile.ts'
import { refresh } from './operations/refresh.ts'
import { register } from './operations/register.ts'
import { sessions } from './operations/sessions.ts'
import { sweeping } from './operations/sweeping.ts'
import { users } from './operations/users.ts'
import { argon2Passwords } from './passwords.ts'
import { settings } from './settings.ts'
import { slowDown } from './slow-down.ts'
import { migrations } from './stores/migrations.ts'
import { openAuth } from './stores/sql.ts'
import { storedKeyTokens } from './tokens.ts'
import { turns } from './turns.ts'

/** Accounts, sign-in, tokens, roles. */
export const authModule = module({
  contract,
  uses: { cart },
  settings,
  stores: {
    sqlite: { migrations: migrations('sqlite'), open: openAuth },
    postgres: { migrations: migrations('postgres'), open: openAuth },
  },
  measures: {
    logins_total: { kind: 'counter', help: 'Sign-ins by outcome', labels: ['outcome'] },
    refresh_reuses_total: { kind: 'counter', help: 'Sessions ended because a spent refresh token was used' },
    passwords_waiting: { kind: 'gauge', help: 'Passwords that wait to be hashed' },
  },
  build(given) {
    const { store, doors, settings, world, log, measure, secrets, publicUrl } = given
    const hashing = turns(settings.passwordHashesAtOnce ?? Math.max(1, availableParallelism() - 1), settings.passwordQueue)
    const passwords = argon2Passwords(world, hashing)
    const tokens = storedKeyTokens(store, world, { tokenS: settings.accessTokenSeconds, keyDays: settings.signingKeyDays })
    const parts = { store, passwords, tokens, doors, settings, world, log, measure, publicUrl }
    const slow = slowDown(parts)
    return {
      operations: {
        ...register(parts), ...login(parts, slow), ...refresh(parts), ...password(parts, slow), ...profile(parts),
        ...sessions(parts), ...users(parts), ...keys(parts),
      },
      hears: {},
      jobs: [
        { name: 'rotate-signing-keys', everyMs: 3_600_000, run: () => tokens.rotate() },
        sweeping({ store, world }),
      ],
      async start() {
        await tokens.rotate()
        return firstAdmin({ store, passwords, settings, world, secrets, log })
      },
      gauges: async () => [{ name: 'passwords_waiting', value: hashing.waiting() }],
    }
  },
})

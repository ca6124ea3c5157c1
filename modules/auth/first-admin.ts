import { systemContext } from '../../src/module/context.ts'
import type { Log } from '../../src/module/log.ts'
import type { Secrets } from '../../src/module/secrets.ts'
import type { Parts } from './parts.ts'
import { normalEmail } from './rules/emails.ts'
import { newSecret } from './secrets.ts'

const secretName = 'admin-password'
/** Far more than a hash takes. */
const hashMs = 60_000
const nobodysEmail = 'admin@localhost'

type Needed = Pick<Parts, 'store' | 'passwords' | 'settings' | 'world'> & { secrets: Secrets; log: Log }

/**
 * Sees to it that there is an admin. A password made up here is kept before the account is stored, so that a crash
 * between the two locks nobody out: the next start finds it. Answers what to print at the terminal.
 */
export const firstAdmin = async ({ store, passwords, settings, world, secrets, log }: Needed): Promise<readonly string[]> => {
  if (await store.hasAdmin()) return []
  const email = normalEmail(settings.adminEmail ?? nobodysEmail) ?? nobodysEmail
  const given = settings.adminPassword
  const made = given === undefined ? secrets.find(secretName) ?? newSecret(world).slice(0, 24) : null
  if (made !== null) secrets.keep(secretName, made)
  const passwordHash = await passwords.hash(given ?? made ?? '', systemContext(world, hashMs))
  const id = world.id()
  const stored = await store.createFirstAdmin({ id, email, name: 'Admin', createdAt: world.now(), passwordHash })
  if (stored === 'exists') {
    if (!await store.hasAdmin()) log.error('no admin was created: an account has this e-mail already', { setting: 'ADMIN_EMAIL' })
    return []
  }
  if (made === null) {
    log.info('admin created', { userId: id })
    return [`Admin: ${email}`]
  }
  // Once more, for another instance that started at the same moment may have kept its own in between.
  const place = secrets.keep(secretName, made)
  log.info('admin created', { userId: id, passwordKeptIn: place })
  return [`Admin: ${email}, password ${made}`, `The password is kept in ${place}`]
}

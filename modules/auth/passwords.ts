import { hash, parseOptions, verify } from '@node-rs/argon2'
import { invalidInput } from '../../src/contract/faults.ts'
import type { Context } from '../../src/module/context.ts'
import { kept } from '../../src/module/kept.ts'
import type { World } from '../../src/module/world.ts'
import { normalPassword, refusedPassword } from './rules/passwords.ts'
import type { Settings } from './settings.ts'
import type { Turns } from './turns.ts'

/** Argon2id as OWASP advises: 19 MiB, two passes, one lane. Raising one rehashes each password at its next login. */
export const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
export type Parameters = typeof parameters

export interface Passwords {
  /** The PHC string to keep. */
  hash(password: string, context: Context): Promise<string>
  /** Whether it is the password of this hash; null stands for an unknown account and takes the same time. */
  matches(stored: string | null, password: string, context: Context): Promise<boolean>
  /** `kept`, or a hash under today's parameters where those rose since. */
  renewed(stored: string, password: string, context: Context): Promise<string>
}

/** Hashes off the event loop (the library's threads), each in its turn. */
export const argon2Passwords = (world: Pick<World, 'random'>, turns: Turns, wanted: Parameters = parameters): Passwords => {
  const make = (password: string) => hash(normalPassword(password), { ...wanted, salt: world.random(16) })
  // Made at the first login whoever it is, so that it tells nothing about anyone.
  const nobodys = kept(() => make(Buffer.from(world.random(32)).toString('base64url')))
  return {
    hash: (password, context) => turns.take(() => make(password), context),
    matches: (stored, password, context) => turns.take(async () => {
      const dummy = await nobodys()
      return verify(stored ?? dummy, normalPassword(password))
    }, context),
    async renewed(stored, password, context) {
      const { memoryCost, timeCost, parallelism } = parseOptions(stored)
      const good = memoryCost >= wanted.memoryCost && timeCost >= wanted.timeCost && parallelism >= wanted.parallelism
      return good ? stored : turns.take(() => make(password), context)
    },
  }
}

/** Throws `invalid_input` naming the field where the policy refuses the password. */
export const mustBeGood = (password: string, field: string, { refuseCommonPasswords }: Pick<Settings, 'refuseCommonPasswords'>): void => {
  const message = refusedPassword(password, refuseCommonPasswords)
  if (message !== null) throw invalidInput(undefined, { errors: [{ in: 'body', path: `/${field}`, message }] })
}

import { unauthenticated } from '../../../src/contract/faults.ts'
import { callerOf, userOf } from '../accounts.ts'
import { invalidToken } from '../contract/faults.ts'
import type { Handlers, Parts } from '../parts.ts'
import { permissionsOf } from '../rules/roles.ts'
import { sha256 } from '../secrets.ts'

export const profile = ({ store, world, log }: Parts): Handlers<'me' | 'verifyEmail' | 'account'> => ({
  async me(_input, context) {
    const account = await store.findAccount(callerOf(context).id)
    if (account === null) throw unauthenticated()
    return { ...userOf(account), permissions: permissionsOf(account.roles), emailVerified: account.emailVerified }
  },
  async verifyEmail({ token }, context) {
    if (!await store.verifyEmail(sha256(token), world.now())) throw invalidToken()
    log.info('e-mail verified', { trace: context.trace })
    return {}
  },
  async account({ id }) {
    const account = await store.findAccount(id.toLowerCase())
    return { account: account === null ? null : { id: account.id, email: account.email, name: account.name } }
  },
})

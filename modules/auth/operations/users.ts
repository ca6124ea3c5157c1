import { callerOf, userOf } from '../accounts.ts'
import { lastAdmin, userNotFound } from '../contract/faults.ts'
import type { Handlers, Parts } from '../parts.ts'
import { allRoles, rolesOf } from '../rules/roles.ts'
import { pageOf, startOf } from './sessions.ts'

export const users = ({ store, log }: Parts): Handlers<'users' | 'setRoles' | 'roles'> => ({
  async users({ q = '', limit = 20, cursor }) {
    const binding = `users ${JSON.stringify(q)}`
    const found = await store.listAccounts({ text: q === '' ? null : q, after: startOf(binding, cursor), limit: limit + 1 })
    const { rows, nextCursor } = pageOf(binding, found, limit)
    return { items: rows.map(userOf), nextCursor }
  },
  async setRoles({ id: given, roles: wanted }, context) {
    const id = given.toLowerCase()
    const roles = rolesOf(wanted)
    const done = await store.setRoles(id, roles)
    if (done === 'last_admin') throw lastAdmin()
    const account = done === 'unknown' ? null : await store.findAccount(id)
    if (account === null) throw userNotFound()
    log.info('roles changed', { userId: id, by: callerOf(context).id, roles, trace: context.trace })
    return { ...userOf(account), roles }
  },
  async roles() {
    return { items: allRoles(), nextCursor: null }
  },
})

import type { Permission } from '../../../src/contract/operation.ts'
import type { Role } from '../contract/schemas.ts'

/** What each role may do, in the order in which roles are shown. */
const permissions: Readonly<Record<Role, readonly Permission[]>> = {
  customer: [],
  staff: ['contact:read', 'contact:write', 'inventory:write', 'orders:read', 'orders:write', 'products:write', 'reviews:moderate'],
  admin: [
    'contact:read', 'contact:write', 'inventory:write', 'orders:read', 'orders:write', 'products:write', 'reviews:moderate',
    'users:read', 'users:write',
  ],
}
const isRole = (name: string): name is Role => Object.hasOwn(permissions, name)
const all = Object.keys(permissions).filter(isRole)

/** Known roles among these names, once each, in the order of the table. */
export const rolesOf = (names: readonly string[]): Role[] => all.filter((role) => names.includes(role))

/** All that somebody with these roles may do, sorted. */
export const permissionsOf = (roles: readonly Role[]): Permission[] => [...new Set(roles.flatMap((role) => permissions[role]))].sort()

export const allRoles = (): { name: Role; permissions: Permission[] }[] => all.map((name) => ({ name, permissions: [...permissions[name]] }))

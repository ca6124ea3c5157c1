import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allRoles, permissionsOf, rolesOf } from './roles.ts'

test('a customer may do nothing that takes a permission, an admin everything that any role may', () => {
  assert.deepEqual(permissionsOf(['customer']), [])
  assert.deepEqual(permissionsOf(['admin']), permissionsOf(allRoles().map(({ name }) => name)))
  assert.ok(!permissionsOf(['staff', 'customer']).includes('users:read'))
})

test('roles are shown once each in one order, unknown names are none', () =>
  assert.deepEqual(rolesOf(['admin', 'owner', 'customer', 'admin', '__proto__', '']), ['customer', 'admin']))

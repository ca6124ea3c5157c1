import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Type } from '@sinclair/typebox'
import { readSettings, settingsAbout, variableName } from './settings.ts'

const schema = Type.Object({
  leaseMs: Type.Integer({ minimum: 1, maximum: 60_000, default: 5000, description: 'How long' }),
  rateLimit: Type.Boolean({ default: true, description: 'Limits' }),
  corsOrigins: Type.Array(Type.String(), { default: [], description: 'Origins' }),
  taxRates: Type.Record(Type.String(), Type.Integer(), { default: {}, description: 'Rates' }),
  adminPassword: Type.Optional(Type.String({ minLength: 10, description: 'Password', secret: true })),
})

test('a variable is named after its property', () => {
  assert.equal(variableName('leaseMs'), 'LEASE_MS')
  assert.equal(variableName('mercadoData'), 'MERCADO_DATA')
})

test('each form is read strictly, and what is not set has its default', () => {
  const { settings, problems } = readSettings(schema, { LEASE_MS: '20', RATE_LIMIT: 'off', CORS_ORIGINS: 'https://a, https://b', TAX_RATES: '{"DE":1900}' })
  assert.deepEqual(problems, [])
  assert.deepEqual(settings, { leaseMs: 20, rateLimit: false, corsOrigins: ['https://a', 'https://b'], taxRates: { DE: 1900 } })
  assert.deepEqual(readSettings(schema, {}).settings, { leaseMs: 5000, rateLimit: true, corsOrigins: [], taxRates: {} })
})

test('every problem is listed at once, by variable', () => {
  const { problems } = readSettings(schema, { LEASE_MS: '20ms', RATE_LIMIT: 'yes', TAX_RATES: '{', ADMIN_PASSWORD: 'short' })
  assert.deepEqual(problems.map((problem) => problem.name), ['LEASE_MS', 'RATE_LIMIT', 'TAX_RATES', 'ADMIN_PASSWORD'])
  assert.match(problems[0]!.message, /1 … 60000/)
  assert.ok(problems.every((problem) => !problem.message.includes('short')), 'a secret is not repeated')
})

test('a module\'s own variable goes before the shared one, and a secret may be a file', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'mercado-')), 'password')
  writeFileSync(file, 'correct horse battery\n')
  const { settings } = readSettings(schema, { LEASE_MS: '1', ORDER_LEASE_MS: '2', ADMIN_PASSWORD_FILE: file }, 'order')
  assert.equal(settings.leaseMs, 2)
  assert.equal(settings.adminPassword, 'correct horse battery')
})

test('the list of settings says form and default', () => {
  const about = settingsAbout([schema, schema])
  assert.equal(about.length, 5)
  assert.deepEqual(about.find((one) => one.name === 'RATE_LIMIT'), { name: 'RATE_LIMIT', form: 'on | off', default: 'on', description: 'Limits', secret: false })
})

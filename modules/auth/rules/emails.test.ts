import assert from 'node:assert/strict'
import { test } from 'node:test'
import { normalEmail } from './emails.ts'

test('e-mails are compared in lower case and one Unicode form', () => {
  assert.equal(normalEmail('Ada@Example.COM'), 'ada@example.com')
  assert.equal(normalEmail('zoe\u0308@x.org'), 'zo\u00eb@x.org')
  assert.equal(normalEmail('admin@localhost'), 'admin@localhost')
})

test('what is no e-mail after folding is none', () => {
  for (const bad of ['ada', 'a@b@c', 'a b@x.org', 'a\u0000@x.org', 'a\r\n@x.org', `${'İ'.repeat(60)}@x.org`, `a\ud800@x.org`]) assert.equal(normalEmail(bad), null, bad)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { byLine, jsonPrint, readablePrint } from './lines.ts'

const entry = '{"time":"2026-11-25T01:02:03.004Z","level":"warn","message":"a store is slow","ms":12,"error":{"name":"Error","message":"x","stack":"Error: x\\n    at y"}}'

test('for a person every line has the name of its process before it, in a colour where there are any', () => {
  let written = ''
  const write = (text: string) => { written += text }
  readablePrint(['auth', 'gateway'], write, false)('auth', [entry, 'Admin: a@b.example', '{"not":"an entry"}', '{broken'])
  assert.equal(written, [
    'auth    │ 01:02:03.004 warn  a store is slow ms=12', 'auth    │   Error: x', 'auth    │     at y', 'auth    │ Admin: a@b.example',
    'auth    │ {"not":"an entry"}', 'auth    │ {broken', '',
  ].join('\n'))
  written = ''
  readablePrint(['auth', 'gateway'], write, true)('gateway', ['x'])
  assert.equal(written, '\x1b[33mgateway │\x1b[0m x\n')
})

test('for a program every line is JSON with its service', () => {
  const lines: string[] = []
  jsonPrint((text) => lines.push(...text.split('\n')), () => Date.parse('2026-11-25T00:00:00Z'))('auth', [entry, 'Admin: "a"'])
  assert.deepEqual(lines.slice(0, 2).map((line) => JSON.parse(line)), [
    { service: 'auth', ...JSON.parse(entry) }, { service: 'auth', time: '2026-11-25T00:00:00.000Z', level: 'info', message: 'Admin: "a"' },
  ])
})

test('lines that arrive in pieces are put together, a character in two pieces too', () => {
  const told: string[] = []
  const { chunk, end } = byLine((lines) => told.push(...lines))
  const bytes = new TextEncoder().encode('one\ntwö\n\nthree')
  for (const byte of bytes) chunk(Uint8Array.of(byte))
  assert.deepEqual(told, ['one', 'twö'])
  end()
  end()
  assert.deepEqual(told, ['one', 'twö', 'three'])
})

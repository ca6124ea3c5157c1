import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createChunks } from './chunks.ts'
import { readHead } from './head.ts'

test('readHead() tells how long a body is', () => {
  const framing = (lines: string, bodiless = false) => readHead(`HTTP/1.1 ${lines}`, bodiless)?.framing
  assert.equal(framing('200 OK\r\nContent-Length: 12'), 12)
  assert.equal(framing('200 OK\r\nContent-Length: 12\r\ncontent-length: 12'), 12)
  assert.equal(framing('200 OK\r\nTransfer-Encoding: Chunked'), 'chunked')
  assert.equal(framing('200 OK'), 'until_closed')
  for (const status of [204, 304, 103]) assert.equal(framing(`${status} X`), 0)
  assert.equal(framing('200 OK\r\nContent-Length: 12', true), 0)
})

test('readHead() tells whether the connection may be used again', () => {
  assert.equal(readHead('HTTP/1.1 200 OK\r\nContent-Length: 0', false)?.keepAlive, true)
  assert.equal(readHead('HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 0', false)?.keepAlive, false)
  assert.equal(readHead('HTTP/1.0 200 OK\r\nContent-Length: 0', false)?.keepAlive, false)
  assert.equal(readHead('HTTP/1.1 200 OK', false)?.keepAlive, false)
})

/** The body in pieces of so many bytes, and how many bytes were used; null where it was refused. */
const chunked = (text: string, pieces: number): { body: string; used: number } | null => {
  const chunks = createChunks()
  const bytes = Buffer.from(text, 'latin1')
  let body = ''
  for (let at = 0; at < bytes.length; at += pieces) {
    const used = chunks.read(bytes.subarray(at, at + pieces), (part) => { body += part.toString('latin1') })
    if (used === null) return null
    if (used !== -1) return { body, used: at + used }
  }
  return { body, used: -1 }
}

test('chunks are read however their bytes arrive, and what follows is left', () => {
  const text = '4;ext=1\r\nWiki\r\nA\r\n0123456789\r\n0\r\nX-Trailer: 1\r\n\r\n'
  for (let pieces = 1; pieces <= text.length; pieces++) assert.deepEqual(chunked(`${text}HTTP`, pieces), { body: 'Wiki0123456789', used: text.length }, String(pieces))
  assert.deepEqual(chunked('4\r\nWi', 100), { body: 'Wi', used: -1 })
})

test('chunks that could be read in two ways are refused', () => {
  for (const text of ['4\nWiki\r\n', 'x\r\n', '-1\r\n', '4 4\r\nWiki', '4\r\nWikipedia\r\n', '\r\n', `${'0'.repeat(2000)}4\r\n`, `0\r\n${'X: yyyyyyyy\r\n'.repeat(3000)}\r\n`]) {
    for (const pieces of [1, 7, 100_000]) assert.equal(chunked(text, pieces), null, text.slice(0, 40))
  }
})

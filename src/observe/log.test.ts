import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLog } from './log.ts'

const open = (readable: boolean, level: 'info' | 'warn' = 'info') => {
  const written: string[] = []
  return { written, log: createLog({ level, readable, write: (text) => written.push(text), now: () => 0 }) }
}

test('an entry is one line of JSON, an error with its stack', () => {
  const { log, written } = open(false)
  log.info('order paid', { orderId: 'o1', error: new Error('two\nlines') })
  log.flush()
  assert.equal(written.join('').split('\n').length, 2)
  const entry = JSON.parse(written[0]!)
  assert.equal(entry.time, '1970-01-01T00:00:00.000Z')
  assert.equal(entry.orderId, 'o1')
  assert.equal(entry.error.message, 'two\nlines')
})

test('lines of one turn leave in one write, and levels below are not written', () => {
  const { log, written } = open(true, 'warn')
  log.info('unseen')
  log.warn('seen', { count: 2 })
  log.error('too')
  log.flush()
  assert.equal(written.length, 1)
  assert.match(written[0]!, /00:00:00.000 warn {2}seen count=2\n.*error too\n/)
})

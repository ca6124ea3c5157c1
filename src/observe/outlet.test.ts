import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import { outlet } from './outlet.ts'

test('an output that fails ends nothing, and the next line is tried all the same', () => {
  const written: string[] = []
  const output = Object.assign(new EventEmitter(), {
    write(text: string) {
      // What nobody listens to would be thrown here.
      if (written.length === 0) output.emit('error', new Error('no space left on device'))
      written.push(text)
    },
  })
  const write = outlet(output)
  outlet(output)
  assert.equal(output.listenerCount('error'), 1)
  write('lost\n')
  write('kept\n')
  assert.deepEqual(written, ['lost\n', 'kept\n'])
})

test('an output that throws does not throw at who logs', () => {
  const write = outlet({ write() { throw new Error('no space left on device') }, on() {}, listenerCount: () => 0 })
  assert.doesNotThrow(() => write('lost\n'))
})

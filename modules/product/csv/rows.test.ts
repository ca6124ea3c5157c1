import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Damage, readRows, type Row } from './rows.ts'

const encoder = new TextEncoder()
async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
const read = async (text: string | Uint8Array, { size = 5, recordBytes }: { size?: number; recordBytes?: number } = {}) => {
  const rows: Row[] = []
  const damages: Damage[] = []
  const bytes = typeof text === 'string' ? encoder.encode(text) : text
  for await (const some of readRows(pieces(bytes, size), { damaged: (damage) => damages.push(damage), ...(recordBytes ? { recordBytes } : {}) })) rows.push(...some)
  return { rows: rows.map(({ line, cells }) => [line, ...cells]), broken: rows.map(({ broken }) => broken), damages: damages.map(({ line, code }) => [line, code]) }
}

test('a record is told with the physical line where it starts, whatever the ends of line', async () => {
  for (const size of [1, 2, 3, 1000]) {
    assert.deepEqual((await read('\ufeffa,b\r\n1,"x\r\ny\n\nz"\r\n\r\n2,"q""q"\n , \n3,5" pipe\r4,"ab"c\n5,last', { size })).rows, [
      [1, 'a', 'b'], [2, '1', 'x\r\ny\n\nz'], [7, '2', 'q"q'], [9, '3', '5" pipe'], [10, '4', '"ab"c'], [11, '5', 'last'],
    ])
  }
})

test('rows may be of any width', async () => {
  assert.deepEqual((await read('a,b\n1\n1,2,3\n')).rows, [[1, 'a', 'b'], [2, '1'], [3, '1', '2', '3']])
})

test('whatever is written is read, wherever the bytes are cut', async () => {
  const cell = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 8 }), fc.constantFrom('"', '""', ',', '\n', '\r\n', 'ü😀', '', 'a"b')).filter((text) => !/[\ud800-\udfff]/.test(text.replace(/[\ud800-\udbff][\udc00-\udfff]/g, '')))
  await fc.assert(fc.asyncProperty(fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 6 }), fc.integer({ min: 1, max: 9 }), async (rows, size) => {
    const text = rows.map((cells) => `${cells.map((one) => `"${one.replaceAll('"', '""')}"`).join(',')}\n`).join('')
    const { rows: found } = await read(text, { size })
    assert.deepEqual(found.map(([, ...cells]) => cells), rows.filter((cells) => cells.some((one) => one.trim() !== '')))
  }))
})

test('a quotation mark that is never closed ends the reading where its record starts', async () => {
  assert.deepEqual(await read('a\n1\n"2\n3\n'), { rows: [[1, 'a'], [2, '1']], broken: [false, false], damages: [[3, 'unterminated_quote']] })
  const long = `a\n1\n"2${'x'.repeat(1000)}"\n3\n`
  assert.deepEqual((await read(long, { recordBytes: 500 })), { rows: [[1, 'a'], [2, '1']], broken: [false, false], damages: [[3, 'record_too_large']] })
  assert.equal((await read(long, { recordBytes: 2000 })).rows.length, 4)
})

test('bytes that are no UTF-8 are told by row; the replacement character itself is text', async () => {
  assert.deepEqual((await read('a\n\ufffd\n')).broken, [false, false])
  assert.deepEqual((await read(Buffer.from([0x61, 0x0a, 0xfc, 0x0a, 0x62, 0x0a]), { size: 1 })).broken, [false, true, false])
})

test('what the source of the bytes throws is passed on', async () => {
  const source = async function* () { yield encoder.encode('a\n1\n'); throw new Error('cut off') }
  await assert.rejects(async () => { for await (const _ of readRows(source(), { damaged: () => {} })); }, /cut off/)
})

import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { testWorld } from '../../../test/world.ts'
import { openReadOnly } from './dump.ts'
import { openSqlite } from './open.ts'
import { kill, secondProcess } from './testing/second-process.ts'
import { inFolder } from './testing/temporary.ts'

const holder = `
  await openSqlite({ path: argument.path, migrations: [], world })
  console.log('open')
  setInterval(() => {}, 1000)
`
const trier = `
  await openSqlite({ path: argument.path, migrations: [], world }).then(() => console.log('opened'), (error) => console.log(error.message))
  process.exit(0)
`
const firstLine = async (lines: AsyncIterable<string>): Promise<string> => {
  for await (const line of lines) return line
  return ''
}

suite('the lock on a file', () => {
  test('a second process is refused at once, in a sentence that names the file and says what to do', () => inFolder(async (folder) => {
    const path = join(folder, 'shop.db')
    const store = await openSqlite({ path, migrations: [], world: testWorld() })
    const said = await firstLine(secondProcess(trier, { path }).lines)
    assert.equal(said, `${path} is in use by another process, and only one at a time may write it. Stop that process, or give this one another MERCADO_DATA.`)
    await store.close()
    assert.equal(await firstLine(secondProcess(trier, { path }).lines), 'opened')
  }))

  test('a second opening in the same process is refused too', () => inFolder(async (folder) => {
    const options = { path: join(folder, 'shop.db'), migrations: [], world: testWorld() }
    const store = await openSqlite(options)
    await assert.rejects(openSqlite(options), /in use by another process/)
    await store.close()
    await (await openSqlite(options)).close()
  }))

  test('a process that is killed leaves the file free', () => inFolder(async (folder) => {
    const options = { path: join(folder, 'shop.db'), migrations: [], world: testWorld() }
    const { process: child, lines } = secondProcess(holder, options)
    try {
      assert.equal(await firstLine(lines), 'open')
      await assert.rejects(openSqlite(options), /in use by another process/)
      await kill(child)
      await (await openSqlite(options)).close()
    } finally {
      await kill(child)
    }
  }))

  test('a file that may not be opened says why', () => inFolder(async (folder) => {
    const path = join(folder, 'shop.db')
    await mkdir(path)
    await assert.rejects(openSqlite({ path, migrations: [], world: testWorld() }), /unable to open/)
  }))

  test('commands read beside the process that holds it', () => inFolder(async (folder) => {
    const path = join(folder, 'shop.db')
    const store = await openSqlite({ path, migrations: [], world: testWorld() })
    await store.sql.write({ statements: [], events: [{ type: 'a.b.v1', data: {} }] })
    const tables = []
    for await (const { table } of openReadOnly(path).dump()) tables.push(table)
    assert.deepEqual(tables, ['$schema', 'outbox'])
    await store.close()
  }))
})

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { Type } from '@sinclair/typebox'
import { testWorld } from '../../../test/world.ts'
import { sql, type Statement } from '../sql.ts'
import { openSqlite } from './open.ts'
import { kill, secondProcess } from './testing/second-process.ts'
import { inFolder } from './testing/temporary.ts'

const migrations = [{ name: 'answers', statements: ['CREATE TABLE answer (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT'] }]
/** Sixteen clients that each print what was acknowledged, and what was refused; all stop at the first refusal. */
const writers = `
  const { sql: store } = await openSqlite({ path: argument.path, migrations: argument.migrations, world })
  let going = true
  const client = async (name) => {
    for (let number = 0; going; number++) {
      const id = name + '-' + number
      await store.write({ statements: [sql\`INSERT INTO answer (id, body) VALUES (\${id}, \${'x'.repeat(500)})\`], events: [{ type: 'a.b.v1', data: { id } }] })
        .then(() => console.log('stored ' + id), (error) => { going = false; console.log('refused ' + id + ' ' + error.code) })
    }
  }
  await Promise.all(Array.from({ length: 16 }, (_, number) => client('client' + number)))
  const [{ count }] = await store.read({}, sql\`SELECT count(*) AS count FROM answer\`)
  console.log('count ' + count)
  process.exit(0)
`
const stored = async (path: string): Promise<Set<string>> => {
  const store = await openSqlite({ path, migrations, world: testWorld() })
  const rows = await store.sql.read(Type.Object({ id: Type.String() }), sql`SELECT id FROM answer`)
  assert.equal((await store.sql.outbox.backlog()).count, rows.length)
  await store.close()
  return new Set(rows.map(({ id }) => id))
}

suite('what was acknowledged', () => {
  test('was synchronised with the disk: a commit waits for its log', () => inFolder(async (folder) => {
    const store = await openSqlite({ path: join(folder, 'shop.db'), migrations, world: testWorld(), mmapBytes: 1 << 20 })
    const pragma = (statement: Statement) => store.sql.read(Type.Object({}), statement)
    assert.deepEqual((await pragma(sql`PRAGMA synchronous`)).map((row) => ({ ...row })), [{ synchronous: 2 }])
    assert.deepEqual((await pragma(sql`PRAGMA journal_mode`)).map((row) => ({ ...row })), [{ journal_mode: 'wal' }])
    assert.deepEqual((await pragma(sql`PRAGMA mmap_size`)).map((row) => ({ ...row })), [{ mmap_size: 1 << 20 }])
    await store.close()
  }))

  test('is there after the process was killed at work', () => inFolder(async (folder) => {
    const path = join(folder, 'shop.db')
    const { process: child, lines } = secondProcess(writers, { path, migrations })
    const acknowledged: string[] = []
    for await (const line of lines) {
      acknowledged.push(line.replace('stored ', ''))
      if (acknowledged.length === 1000) child.kill('SIGKILL')
    }
    await kill(child)
    const there = await stored(path)
    assert.ok(acknowledged.length >= 1000)
    assert.deepEqual(acknowledged.filter((id) => !there.has(id)), [])
  }))

  test('is all there is where the disk is full, and the rest was refused as unavailable', { skip: process.platform === 'win32' }, () => inFolder(async (folder) => {
    const path = join(folder, 'shop.db')
    // No file may grow over some hundred KB: the log cannot take the next commit.
    const { process: child, lines } = secondProcess(writers, { path, migrations }, 'trap "" XFSZ; ulimit -f 500')
    const said = { stored: new Set<string>(), refused: new Set<string>(), codes: new Set<string>(), count: '' }
    for await (const line of lines) {
      const [what, id = '', code = ''] = line.split(' ')
      if (what === 'stored') said.stored.add(id)
      if (what === 'refused') said.refused.add(id) && said.codes.add(code)
      if (what === 'count') said.count = id
    }
    await kill(child)
    assert.ok(said.stored.size > 0)
    assert.ok(said.refused.size > 1, `${said.refused.size} shared the commit that failed`)
    assert.deepEqual([...said.codes], ['unavailable'])
    assert.equal(said.count, String(said.stored.size))
    assert.deepEqual(await stored(path), said.stored)
  }))
})

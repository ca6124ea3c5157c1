import { execFile } from 'node:child_process'
import { basename, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { evaluated } from './evaluated.ts'

/**
 * Runs in a process of its own, so that the shop goes on selling (its writers wait milliseconds) and so that no file of the
 * store is ever opened and closed beside the engine here, which would drop its locks. A copy is whole and on disk before
 * it gets its name.
 */
const program = `
const { DatabaseSync } = await import('node:sqlite')
const { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } = await import('node:fs')
const { argv } = await import('node:process')
const { folder, copies } = JSON.parse(argv.at(-1))
const sync = (path, flags) => { const file = openSync(path, flags); fsyncSync(file); closeSync(file) }
mkdirSync(folder, { recursive: true, mode: 0o700 })
for (const { to } of copies) if (existsSync(to)) throw new Error(to + ' exists already')
for (const { from, to } of copies) {
  const part = to + '.part'
  rmSync(part, { force: true })
  const db = new DatabaseSync(from, { readOnly: true })
  closeSync(openSync(part, 'wx', 0o600))
  db.exec('PRAGMA busy_timeout = 10000')
  db.prepare('VACUUM INTO ?').run(part)
  db.close()
  sync(part, 'r+')
  renameSync(part, to)
}
sync(folder, 'r')
`

/**
 * Copies stores into `toFolder` while their process goes on writing: each as it was at one moment between this call and
 * its answer. Answers the copies' paths. Throws where a copy exists already.
 */
export const copyDatabases = async (paths: readonly string[], toFolder: string): Promise<string[]> => {
  const folder = resolve(toFolder)
  const copies = paths.map((path) => ({ from: resolve(path), to: join(folder, basename(path)) }))
  const { file, args } = evaluated(program, { folder, copies })
  try {
    await promisify(execFile)(file, args)
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : ''
    const reason = /Error: (.*)/.exec(said)?.[1] ?? (error instanceof Error ? error.message : String(error))
    throw new Error(`The stores were not copied to ${folder}: ${reason}`, { cause: error })
  }
  return copies.map(({ to }) => to)
}

import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { anyAtWork, folderWith, isAtWork, portAgain, runAs, runProgram, versionsIn } from './programs.ts'
import type { Server } from './server.ts'

const programs = ['initdb', 'pg_ctl', 'postgres']
const found = (): string | null => folderWith(programs, [
  ...versionsIn('/usr/lib/postgresql', 'bin'), '/usr/pgsql/bin', ...versionsIn('/opt/homebrew/opt'), ...versionsIn('/usr/local/opt'),
].filter((folder) => !folder.includes('/opt/') || folder.includes('postgresql')).map((folder) => (folder.includes('/opt/') ? join(folder, 'bin') : folder)))

const bin = (name: string): string => {
  const folder = found()
  if (folder === null) throw new Error(postgres.missing() ?? '')
  return join(folder, name)
}
const dataIn = (folder: string) => join(folder, 'data')
const urlIn = (folder: string) => join(folder, 'url')
/** PostgreSQL refuses to run as root. */
const user = () => runAs('postgres', 'nobody')

const pidFile = (folder: string) => join(dataIn(folder), 'postmaster.pid')
const pidOf = (folder: string): number => Number(readFileSync(pidFile(folder), 'utf8').split('\n')[0])

const alive = (folder: string): boolean => existsSync(pidFile(folder)) && isAtWork(pidOf(folder), dataIn(folder))

/**
 * After a kill: its other processes end by themselves, and until then they may write. The file that names the first is
 * left behind, and stops the next start where that one's number is still taken, by another or by its own remains.
 */
const clearAway = async (folder: string): Promise<void> => {
  if (!existsSync(pidFile(folder))) return
  for (let tries = 0; anyAtWork(dataIn(folder)); tries++) {
    if (tries === 200) throw new Error(`Processes of an earlier PostgreSQL still work in ${dataIn(folder)}; end them first`)
    await sleep(50)
  }
  rmSync(pidFile(folder), { force: true })
}

/** Run by root, the server is another user, who must get through the two folders above: through, not to see what they hold. */
const letThrough = (folder: string): void => {
  if (user() === null) return
  for (const above of [dirname(folder), dirname(dirname(folder))]) {
    const { mode } = statSync(above)
    if ((mode & 0o001) === 0) chmodSync(above, (mode & 0o7777) | 0o001)
  }
}

/** A cluster of its own, for one user with a password. */
const create = async (folder: string): Promise<void> => {
  const as = user()
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  letThrough(folder)
  const password = randomBytes(18).toString('base64url')
  const file = join(folder, 'password')
  writeFileSync(file, `${password}\n`, { mode: 0o600 })
  if (as !== null) for (const path of [folder, file]) chownSync(path, as.uid, as.gid)
  await runProgram(bin('initdb'), ['-D', dataIn(folder), '-U', 'mercado', '--pwfile', file, '-A', 'scram-sha-256', '-E', 'UTF8', '--locale=C', '--no-sync'], { as })
  rmSync(file)
  writeFileSync(urlIn(folder), `postgres://mercado:${password}@127.0.0.1:0/postgres`, { mode: 0o600 })
}

export const postgres: Server = {
  name: 'PostgreSQL',
  variable: 'POSTGRES_URL',
  missing: () => found() !== null ? null
    : `PostgreSQL's programs ${programs.join(', ')} are neither in PATH nor in /usr/lib/postgresql. Debian, Ubuntu: apt install postgresql. `
      + 'Fedora: dnf install postgresql-server. macOS: brew install postgresql.',
  async up(folder, { durable = true } = {}) {
    const running = postgres.url(folder)
    if (running !== null) return running
    if (!existsSync(urlIn(folder))) {
      rmSync(dataIn(folder), { recursive: true, force: true })
      await create(folder)
    }
    await clearAway(folder)
    letThrough(folder)
    const url = new URL(readFileSync(urlIn(folder), 'utf8').trim())
    url.port = String(await portAgain(Number(url.port)))
    writeFileSync(urlIn(folder), url.href, { mode: 0o600 })
    chmodSync(urlIn(folder), 0o600)
    // No socket file: its folder may be missing or another user's.
    const options = `-c listen_addresses=127.0.0.1 -c port=${url.port} -c unix_socket_directories= -c max_connections=300${durable ? '' : ' -c fsync=off'}`
    await runProgram(bin('pg_ctl'), ['start', '-w', '-t', '30', '-D', dataIn(folder), '-l', join(folder, 'log'), '-o', options], { as: user() })
    return url.href
  },
  async down(folder) {
    if (alive(folder)) await runProgram(bin('pg_ctl'), ['stop', '-w', '-m', 'fast', '-D', dataIn(folder)], { as: user() })
  },
  url: (folder) => (alive(folder) && existsSync(urlIn(folder)) ? readFileSync(urlIn(folder), 'utf8').trim() : null),
  pid: pidOf,
}

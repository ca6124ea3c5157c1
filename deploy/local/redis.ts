import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { clientOf } from '../../src/databases/redis/client.ts'
import { folderWith, isAtWork, portAgain, runProgram } from './programs.ts'
import type { Server } from './server.ts'

const startTries = 600
/** Then it is killed. */
const stopTries = 200
const pauseMs = 50

/** The first of them there is. */
const program = (): string | null => {
  for (const name of ['redis-server', 'valkey-server']) {
    const folder = folderWith([name], ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin', '/opt/homebrew/opt/redis/bin', '/opt/homebrew/opt/valkey/bin'])
    if (folder !== null) return join(folder, name)
  }
  return null
}

const dataIn = (folder: string) => join(folder, 'data')
const urlIn = (folder: string) => join(folder, 'url')
const settingsIn = (folder: string) => join(folder, 'redis.conf')
const pidIn = (folder: string) => join(folder, 'pid')
const pidOf = (folder: string): number => Number(readFileSync(pidIn(folder), 'utf8'))
const alive = (folder: string): boolean => existsSync(pidIn(folder)) && isAtWork(pidOf(folder), dataIn(folder))

/** What may not be lost, and not thrown away to make room; the password stands in a file, where no list of processes shows it. */
const settings = (folder: string, { port, password }: URL): string => `bind 127.0.0.1
port ${port}
requirepass ${password}
dir "${dataIn(folder)}"
pidfile "${pidIn(folder)}"
logfile "${join(folder, 'log')}"
daemonize yes
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
`

/** It takes connections before it has read what it kept. */
const untilReady = async (folder: string, url: string): Promise<void> => {
  const client = await clientOf({ url, commandTimeoutMs: 1000 })
  try {
    for (let tries = 1; ; tries++) {
      try {
        await client.ping()
        return
      } catch (error) {
        if (tries === startTries || (tries > 20 && !alive(folder))) {
          throw new Error(`Redis does not start:\n${readFileSync(join(folder, 'log'), 'utf8').trim().split('\n').slice(-20).join('\n')}`, { cause: error })
        }
        await sleep(pauseMs)
      }
    }
  } finally {
    client.disconnect()
  }
}

export const redis: Server = {
  name: 'Redis',
  variable: 'REDIS_URL',
  missing: () => program() !== null ? null
    : 'Neither redis-server nor valkey-server is in PATH. Debian, Ubuntu: apt install redis-server. Fedora: dnf install valkey. macOS: brew install redis.',
  async up(folder) {
    const running = redis.url(folder)
    if (running !== null) return running
    const server = program()
    if (server === null) throw new Error(redis.missing() ?? '')
    mkdirSync(dataIn(folder), { recursive: true, mode: 0o700 })
    const url = new URL(existsSync(urlIn(folder)) ? readFileSync(urlIn(folder), 'utf8') : `redis://:${randomBytes(18).toString('base64url')}@127.0.0.1:0`)
    url.port = String(await portAgain(Number(url.port)))
    writeFileSync(urlIn(folder), url.href, { mode: 0o600 })
    writeFileSync(settingsIn(folder), settings(folder, url), { mode: 0o600 })
    await runProgram(server, [settingsIn(folder)], { as: null })
    await untilReady(folder, url.href)
    return url.href
  },
  async down(folder) {
    if (!alive(folder)) return
    const pid = pidOf(folder)
    // Asked again and again: while it begins an append-only file it refuses to end.
    for (let tries = 1; isAtWork(pid, dataIn(folder)); tries++) {
      try {
        process.kill(pid, tries < stopTries ? 'SIGTERM' : 'SIGKILL')
      } catch {
        return
      }
      await sleep(pauseMs)
    }
  },
  url: (folder) => (alive(folder) && existsSync(urlIn(folder)) ? readFileSync(urlIn(folder), 'utf8') : null),
  pid: pidOf,
}

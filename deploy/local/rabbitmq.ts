import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { environment } from '../../src/process/environment.ts'
import { anyAtWork, canRun, folderWith, freePort, isAtWork, portAgain, runProgram } from './programs.ts'
import type { Server } from './server.ts'

const programs = ['rabbitmq-server', 'rabbitmqctl']
/** Before PATH: what Debian and Fedora have there changes to a user of its own and to the machine's one broker. */
const folders = ['/usr/lib/rabbitmq/bin', '/opt/homebrew/opt/rabbitmq/sbin', '/usr/local/opt/rabbitmq/sbin', '/usr/local/sbin']
const found = (): string | null =>
  folders.find((folder) => programs.every((one) => canRun(join(folder, one)))) ?? folderWith(programs, [])

/** Erlang's programs, which RabbitMQ finds in PATH. */
const erlang = (): string | null => folderWith(['erl', 'epmd'], ['/usr/bin', '/opt/homebrew/bin', '/usr/local/bin'])

const bin = (name: string): string => {
  const folder = found()
  if (folder === null) throw new Error(rabbitmq.missing() ?? '')
  return join(folder, name)
}

const node = 'mercado@localhost'
const urlIn = (folder: string) => join(folder, 'url')
const pidFile = (folder: string) => join(folder, 'pid')
const pidOf = (folder: string): number => Number(readFileSync(pidFile(folder), 'utf8'))
const alive = (folder: string): boolean => existsSync(pidFile(folder)) && pidOf(folder) > 0 && isAtWork(pidOf(folder), folder)

/** Every broker has its own port mapper, cookie, logs and files: any number run on one machine and know nothing of each other. */
const environmentOf = (folder: string): Record<string, string> => ({
  PATH: [environment()['PATH'], erlang(), '/usr/bin', '/bin'].join(delimiter), LC_ALL: 'C.UTF-8', HOME: join(folder, 'home'),
  ERL_EPMD_ADDRESS: '127.0.0.1', ERL_EPMD_PORT: readFileSync(join(folder, 'epmd-port'), 'utf8'),
  RABBITMQ_CONF_ENV_FILE: '/dev/null', RABBITMQ_NODENAME: node,
})

const settings = (url: URL): string => `listeners.tcp.1 = 127.0.0.1:${url.port}
default_user = ${url.username}
default_pass = ${url.password}
log.console = true
log.file = false
`

const create = (folder: string): void => {
  for (const part of ['', 'home', 'mnesia', 'log']) mkdirSync(join(folder, part), { recursive: true, mode: 0o700 })
  writeFileSync(join(folder, 'home', '.erlang.cookie'), randomBytes(18).toString('hex'), { mode: 0o400 })
  writeFileSync(join(folder, 'enabled_plugins'), '[].\n')
  writeFileSync(urlIn(folder), `amqp://mercado:${randomBytes(18).toString('base64url')}@127.0.0.1:0`, { mode: 0o600 })
}

/** It has begun to serve once it answers the protocol's header. */
const answers = (port: number): Promise<boolean> => new Promise((resolve) => {
  const socket = connect(port, '127.0.0.1', () => socket.write('AMQP\0\0\x09\x01'))
  const end = (took: boolean) => { socket.destroy(); resolve(took) }
  socket.setTimeout(1000, () => end(false))
  socket.once('data', () => end(true))
  socket.once('error', () => end(false))
  socket.once('close', () => end(false))
})

const startMs = 60_000
const stopMs = 20_000
const stepMs = 25
const until = async (met: () => boolean | Promise<boolean>, ms: number): Promise<boolean> => {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(stepMs)) if (await met()) return true
  return false
}

export const rabbitmq: Server = {
  name: 'RabbitMQ',
  variable: 'RABBITMQ_URL',
  missing: () => found() !== null && erlang() !== null ? null
    : 'RabbitMQ\'s programs rabbitmq-server, rabbitmqctl, erl and epmd are neither in PATH nor in /usr/lib/rabbitmq/bin. '
      + 'Debian, Ubuntu: apt install rabbitmq-server. Fedora: dnf install rabbitmq-server. macOS: brew install rabbitmq.',
  async up(folder) {
    const running = rabbitmq.url(folder)
    if (running !== null) return running
    if (!existsSync(urlIn(folder))) create(folder)
    // After a kill: the shell and the port mapper beside it end by themselves.
    if (!await until(() => !anyAtWork(folder), stopMs)) throw new Error(`Processes of an earlier RabbitMQ still work in ${folder}; end them first`)
    rmSync(pidFile(folder), { force: true })
    const url = new URL(readFileSync(urlIn(folder), 'utf8').trim())
    url.port = String(await portAgain(Number(url.port)))
    writeFileSync(urlIn(folder), url.href, { mode: 0o600 })
    writeFileSync(join(folder, 'epmd-port'), String(await freePort()))
    writeFileSync(join(folder, 'rabbitmq.conf'), settings(url), { mode: 0o600 })
    const env = environmentOf(folder)
    const log = openSync(join(folder, 'log', 'broker.log'), 'a', 0o600)
    // A shell that outlives a killed broker and takes the port mapper down after it.
    const shell = spawn('/bin/sh', ['-c', `epmd -address 127.0.0.1 -port ${env['ERL_EPMD_PORT']} & mapper=$!; "$0"; kill $mapper`, bin('rabbitmq-server')], {
      cwd: folder, detached: true, stdio: ['ignore', log, log],
      env: {
        ...env,
        RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'), RABBITMQ_LOG_BASE: join(folder, 'log'), RABBITMQ_LOGS: '-', RABBITMQ_PID_FILE: pidFile(folder),
        RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'), RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
        RABBITMQ_DIST_PORT: String(await freePort()), RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
        // Schedulers that wait a moment before they sleep halve the time it takes to start: 2 s for 4.
        RABBITMQ_SCHEDULER_BUSY_WAIT_THRESHOLD: 'short',
      },
    })
    let ended = false
    shell.once('exit', () => { ended = true })
    shell.unref()
    const up = await until(async () => ended || await answers(Number(url.port)), startMs)
    if (ended || !up) throw new Error(`RabbitMQ did not start:\n${readFileSync(join(folder, 'log', 'broker.log'), 'utf8').slice(-2000)}`)
    return url.href
  },
  async down(folder) {
    if (!alive(folder)) return
    const pid = pidOf(folder)
    process.kill(pid, 'SIGTERM')
    // It takes its own file away before it has ended.
    if (await until(() => !isAtWork(pid, folder), stopMs)) return
    process.kill(pid, 'SIGKILL')
    await until(() => !isAtWork(pid, folder), stopMs)
  },
  url: (folder) => (alive(folder) && existsSync(urlIn(folder)) ? readFileSync(urlIn(folder), 'utf8').trim() : null),
  pid: pidOf,
}

/** What an operator does to a running broker, as `rabbitmqctl` takes it. */
export const rabbitmqctl = (folder: string, ...args: string[]): Promise<string> =>
  runProgram(bin('rabbitmqctl'), args, { as: null, env: environmentOf(folder) })

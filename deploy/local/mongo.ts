import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { delimiter, dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { environment } from '../../src/process/environment.ts'
import { folderWith, isAtWork, portAgain, versionsIn } from './programs.ts'
import type { Server } from './server.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
/** Names mongo-java-server's jar, or a folder with it and what it needs. */
const jarSetting = 'MONGO_SERVER_JAR'
const mavenFolder = 'node_modules/.cache/mongo-java-server'
const maven = `mvn -q -f deploy/local/mongo-java-server/pom.xml dependency:copy-dependencies -DoutputDirectory="$PWD/${mavenFolder}"`
const startTries = 600
const startPauseMs = 50
/** Then it is killed. */
const stopTries = 200

const mongodFolder = () => folderWith(['mongod'], ['/usr/bin', '/usr/local/bin', ...versionsIn('/opt/homebrew/opt', 'bin'), ...versionsIn('/usr/local/opt', 'bin')])
/** The compiler too: it is what runs a source file. */
const javaFolder = () => folderWith(['java', 'javac'], [...versionsIn('/usr/lib/jvm', 'bin'), '/opt/homebrew/opt/openjdk/bin', '/usr/local/opt/openjdk/bin'])
const jarsIn = (folder: string): string | null =>
  existsSync(folder) && readdirSync(folder).some((name) => /^mongo-java-server-h2-backend.*\.jar$/.test(name)) ? join(folder, '*') : null
/** Where java finds the server's classes. */
const jars = (): string | null => {
  const named = environment()[jarSetting]
  if (named === undefined || named === '') return jarsIn(join(root, mavenFolder))
  if (!existsSync(named)) return null
  return statSync(named).isDirectory() ? jarsIn(resolve(named)) : [resolve(named), join(dirname(resolve(named)), '*')].join(delimiter)
}

const dataIn = (folder: string) => join(folder, 'data')
const urlIn = (folder: string) => join(folder, 'url')
const pidIn = (folder: string) => join(folder, 'pid')
const pidOf = (folder: string): number => Number(readFileSync(pidIn(folder), 'utf8'))
const alive = (folder: string): boolean => existsSync(pidIn(folder)) && isAtWork(pidOf(folder), dataIn(folder))

/** MongoDB's own server where there is one, else the one for tests. */
const command = (folder: string, port: number, durable: boolean): [string, string[]] => {
  const own = mongodFolder()
  if (own !== null) return [join(own, 'mongod'), ['--dbpath', dataIn(folder), '--bind_ip', '127.0.0.1', '--port', String(port), '--nounixsocket']]
  const java = javaFolder()
  const classes = jars()
  if (java === null || classes === null) throw new Error(mongo.missing() ?? '')
  return [join(java, 'java'), ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xmx512m', '-cp', classes,
    join(root, 'deploy/local/mongo-java-server/Server.java'), join(dataIn(folder), 'mongo.mv'), String(port), durable ? 'synced' : 'kept']]
}

const answers = (port: number): Promise<boolean> => new Promise((resolve) => {
  const socket = connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true) })
  socket.once('error', () => resolve(false))
})

/** Starts it in the background and waits until it takes connections. */
const start = async (folder: string, port: number, durable: boolean): Promise<void> => {
  const [program, args] = command(folder, port, durable)
  const log = join(folder, 'log')
  const written = openSync(log, 'w', 0o600)
  const child = spawn(program, args, { cwd: dataIn(folder), detached: true, stdio: ['ignore', written, written] })
  closeSync(written)
  let ended: string | undefined
  child.once('error', (error) => { ended = error.message })
  child.once('exit', (code) => { ended = `it ended with ${code}` })
  child.unref()
  if (child.pid !== undefined) writeFileSync(pidIn(folder), String(child.pid), { mode: 0o600 })
  for (let tries = 1; !(await answers(port)); tries++) {
    if (ended === undefined && tries === startTries) child.kill('SIGKILL')
    if (ended !== undefined || tries === startTries) {
      throw new Error(`MongoDB does not start: ${ended ?? 'it takes no connections'}\n${readFileSync(log, 'utf8').trim().split('\n').slice(-20).join('\n')}`)
    }
    await sleep(startPauseMs)
  }
}

export const mongo: Server = {
  name: 'MongoDB',
  variable: 'MONGO_URL',
  missing: () => mongodFolder() !== null || (javaFolder() !== null && jars() !== null) ? null
    : 'MongoDB\'s program mongod is not in PATH. It comes from MongoDB: https://www.mongodb.com/docs/manual/installation/ has its packages for Debian, '
      + 'Ubuntu and Fedora; macOS: brew tap mongodb/brew && brew install mongodb-community. '
      + `Else, to try and to test, mongo-java-server: ${javaFolder() === null ? 'a JDK (Debian, Ubuntu: apt install default-jdk-headless maven. '
        + 'Fedora: dnf install java-devel maven. macOS: brew install openjdk maven), then ' : ''}${maven}, or ${jarSetting} naming its folder of jars.`,
  async up(folder, { durable = true } = {}) {
    // One that was just killed may still be there for a moment, and takes no connections.
    for (let running = mongo.url(folder); running !== null; running = mongo.url(folder)) {
      if (await answers(Number(new URL(running).port))) return running
      await sleep(startPauseMs)
    }
    mkdirSync(dataIn(folder), { recursive: true, mode: 0o700 })
    const before = existsSync(urlIn(folder)) ? Number(new URL(readFileSync(urlIn(folder), 'utf8')).port) : 0
    const port = await portAgain(before)
    const url = `mongodb://127.0.0.1:${port}`
    writeFileSync(urlIn(folder), url, { mode: 0o600 })
    await start(folder, port, durable)
    return url
  },
  async down(folder) {
    if (!alive(folder)) return
    const pid = pidOf(folder)
    process.kill(pid, 'SIGTERM')
    for (let tries = 1; alive(folder); tries++) {
      if (tries === stopTries) process.kill(pid, 'SIGKILL')
      await sleep(startPauseMs)
    }
  },
  url: (folder) => (alive(folder) && existsSync(urlIn(folder)) ? readFileSync(urlIn(folder), 'utf8') : null),
  pid: pidOf,
}

import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { StartError } from '../../src/process/check.ts'
import { type Print, byLine } from './lines.ts'
import type { Instance } from './plan.ts'

export interface SuperviseOptions {
  /** The program and its arguments, without the entrypoint. */
  command: readonly string[]
  /** Where the servers are. */
  urls: Readonly<Record<string, string>>
  print: Print
  /** What the launcher has to say itself. */
  say(level: 'info' | 'warn' | 'error', message: string, about?: Record<string, unknown>): void
}

/** A process that is started again when it dies. */
export interface Supervised {
  readonly instance: Instance
  /** Resolves when it is ready for the first time; rejects where its settings refuse the start, and where it is stopped. */
  readonly ready: Promise<void>
  /** SIGTERM, and SIGKILL where it does not end. */
  stop(): Promise<void>
  /** At once. */
  kill(): void
}

const firstDelayMs = 500
const mostDelayMs = 30_000
/** One that ran so long starts afresh with the shortest delay. */
const steadyMs = 60_000
/** A process ends itself within 10 s of a SIGTERM, and what DRAIN_MS says. */
const endsWithinMs = 12_000
const probeMs = 100
const probeDeadlineMs = 2000
/** With this a process says that what it was told is wrong; nothing but that will change it. */
const refusedCode = 2

export const supervise = (instance: Instance, options: SuperviseOptions): Supervised => {
  const { name } = instance
  const endMs = endsWithinMs + Number(instance.env['DRAIN_MS'] ?? 0)
  const ending = new AbortController()
  const { signal } = ending
  const refused = Promise.withResolvers<never>()
  let child: ChildProcess | null = null
  let wasReady = false

  const loop = (async () => {
    for (let failures = 0; !signal.aborted;) {
      const from = performance.now()
      const started = startOne(instance, options)
      child = started.child
      const how = await started.ended
      child = null
      if (signal.aborted) return
      if (how === `with ${refusedCode}` && !wasReady) return refused.reject(new StartError([{ name, message: 'cannot start; it says why above' }]))
      failures = performance.now() - from > steadyMs ? 1 : failures + 1
      const delayMs = Math.min(mostDelayMs, firstDelayMs * 2 ** (failures - 1))
      options.say('error', `${name} ended ${how}; it starts again in ${delayMs / 1000} s`)
      await sleep(delayMs, undefined, { signal }).catch(() => {})
    }
  })()
  signal.addEventListener('abort', () => refused.reject(new Error(`${name} was stopped`)), { once: true })

  const ready = Promise.race([refused.promise, untilReady(instance, signal).then(() => { wasReady = true })])
  ready.catch(() => {})
  return {
    instance, ready,
    async stop() {
      ending.abort()
      child?.kill('SIGTERM')
      const late = new AbortController()
      await Promise.race([loop, sleep(endMs, undefined, { signal: late.signal }).then(() => {
        options.say('warn', `${name} did not end within ${endMs / 1000} s and is killed`)
        child?.kill('SIGKILL')
      }, () => {})])
      late.abort()
      await loop
    },
    kill() {
      ending.abort()
      child?.kill('SIGKILL')
    },
  }
}

/** In a group of its own: a Ctrl-C at the terminal is the launcher's to pass on, in order. */
const startOne = ({ name, entrypoint, env }: Instance, { command: [program = '', ...args], urls, print }: SuperviseOptions) => {
  const child = spawn(program, [...args, entrypoint], { env: { ...env, ...urls }, stdio: ['pipe', 'pipe', 'pipe'], detached: true })
  // Nothing is written to it; that it breaks is told by the end.
  child.stdin.on('error', () => {})
  for (const stream of [child.stdout, child.stderr]) {
    const lines = byLine((all) => print(name, all, stream === child.stderr))
    stream.on('data', lines.chunk).on('end', lines.end)
  }
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`before it began: ${error.message}`))
    child.once('close', (code, by) => resolve(by === null ? `with ${code}` : `by ${by}`))
  })
  return { child, ended }
}

const untilReady = async ({ host, port }: Instance, signal: AbortSignal): Promise<void> => {
  const url = `http://${['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host}:${port}/health/ready`
  while (!signal.aborted) {
    const ready = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(probeDeadlineMs)]) })
      .then(async (answer) => { await answer.body?.cancel(); return answer.ok }, () => false)
    if (ready) return
    await sleep(probeMs, undefined, { signal }).catch(() => {})
  }
}
